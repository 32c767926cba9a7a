/*
 * This file calls a C function from where every vector register is somebody else's: an override that has to look up who
 * called, an entry counter at a function's first instruction.
 *
 * The obvious way, to save what carries arguments (xmm0 to xmm7), loses the upper halves that libc's string functions write
 * (AVX, AVX-512), and at an entry counter also what a caller in the same unit knows to be untouched (-fipa-ra). So XSAVE
 * keeps whatever C can change.
 *
 * Keep these rules: works before any constructor; the stack may be small, so only as much of it is taken as this CPU needs.
 */
#if defined(__x86_64__)

/*
 * The state components (Intel SDM, volume 1, 13.1) that C can change: x87 (bit 0), SSE (1), AVX (2), AVX-512 (5 to 7).
 *
 * Not the bounds of MPX (3 and 4): without a `bnd` prefix every branch resets them, our own jump here included, and gcc 9,
 * glibc 2.35 and Linux 5.6 have dropped them. x87 is needed, though no argument is passed in it: at an entry counter a caller
 * may rely on it like on any register. PKRU (9) and AMX (17, 18) no C function changes unasked.
 */
#define STATE_MASK 0xe7
/* The standard form of these components ends with AVX-512's Hi16_ZMM, at 1664 + 1024. */
#define STATE_MOST 2688
/* FXSAVE's area, with which XSAVE's begins too; behind it, 64 bytes of header that XRSTOR wants zero but for what XSAVE writes. */
#define STATE_LEGACY 512

#define CPUID_OSXSAVE 27
#define CPUID_XSAVE_LEAF 0xd

	.text

/*
 * rax = the C function in rax, called with rdi and rsi. The vector and x87 registers are as they were; of the general
 * registers, those that a C function may change are lost.
 */
	.globl call_c
	.hidden call_c
	.type call_c, @function
	.p2align 4
call_c:
	.cfi_startproc
	push %rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	mov %rsp, %rbp
	.cfi_def_cfa_register %rbp
	push %rbx
	.cfi_offset %rbx, -24
	push %r12
	.cfi_offset %r12, -32
	mov %rax, %rbx
	mov state_size(%rip), %ecx
	test %ecx, %ecx
	jne 2f

	/* The first call. Two threads that come here at once find out the same; the size is written last. */
	mov %rax, %r12
	mov $1, %eax
	xor %ecx, %ecx
	cpuid
	mov $STATE_LEGACY, %r8d
	xor %eax, %eax
	bt $CPUID_OSXSAVE, %ecx
	jnc 1f
	mov $CPUID_XSAVE_LEAF, %eax
	xor %ecx, %ecx
	cpuid
	mov $STATE_MOST, %r8d
	cmp %r8d, %ebx
	cmovb %ebx, %r8d
	xor %ecx, %ecx
	xgetbv
	and $STATE_MASK, %eax
1:	mov %eax, state_mask(%rip)
	mov %r8d, state_size(%rip)
	mov %r8d, %ecx
	mov %r12, %rbx

2:	sub %rcx, %rsp
	and $-64, %rsp
	mov state_mask(%rip), %eax
	xor %edx, %edx
	test %eax, %eax
	je 3f
	mov %rdx, STATE_LEGACY(%rsp)
	mov %rdx, STATE_LEGACY + 8(%rsp)
	mov %rdx, STATE_LEGACY + 16(%rsp)
	mov %rdx, STATE_LEGACY + 24(%rsp)
	mov %rdx, STATE_LEGACY + 32(%rsp)
	mov %rdx, STATE_LEGACY + 40(%rsp)
	mov %rdx, STATE_LEGACY + 48(%rsp)
	mov %rdx, STATE_LEGACY + 56(%rsp)
	xsave64 (%rsp)
	call *%rbx
	mov %rax, %rbx
	mov state_mask(%rip), %eax
	xor %edx, %edx
	xrstor64 (%rsp)
	jmp 4f
	/* A CPU without XSAVE has nothing wider than FXSAVE's. */
3:	fxsave64 (%rsp)
	call *%rbx
	mov %rax, %rbx
	fxrstor64 (%rsp)
4:	mov %rbx, %rax
	lea -16(%rbp), %rsp
	pop %r12
	pop %rbx
	pop %rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size call_c, . - call_c

	.bss
	.p2align 2
	.local state_mask, state_size
/* Which components are there and saved: 0 without XSAVE. */
state_mask:
	.zero 4
/* How large they are saved; 0 until the first call. */
state_size:
	.zero 4

/* IBT and SHSTK: an object keeps what all its members have. */
	.section .note.gnu.property, "a", @note
	.p2align 3
	.long 4, 16, 5
	.asciz "GNU"
	.long 0xc0000002, 4, 3, 0

#endif

	.section .note.GNU-stack, "", %progbits
