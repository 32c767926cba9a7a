/*
 * This file is the way from a trampoline of x86-64 (trampoline-x86-64.S) into C: every register that carries arguments is as it was behind it.
 */
#if defined(__x86_64__)

/* The argument registers and the slot, 72 bytes: rsp is a multiple of 16 behind them. */
.macro SAVE
	push %rax
	.cfi_adjust_cfa_offset 8
	push %rdi
	.cfi_adjust_cfa_offset 8
	push %rsi
	.cfi_adjust_cfa_offset 8
	push %rdx
	.cfi_adjust_cfa_offset 8
	push %rcx
	.cfi_adjust_cfa_offset 8
	push %r8
	.cfi_adjust_cfa_offset 8
	push %r9
	.cfi_adjust_cfa_offset 8
	push %r10
	.cfi_adjust_cfa_offset 8
	push %r11
	.cfi_adjust_cfa_offset 8
.endm

/* Leaves the slot's place out: r11 says where to jump. */
.macro RESTORE_AND_JUMP
	add $8, %rsp
	.cfi_adjust_cfa_offset -8
	pop %r10
	.cfi_adjust_cfa_offset -8
	pop %r9
	.cfi_adjust_cfa_offset -8
	pop %r8
	.cfi_adjust_cfa_offset -8
	pop %rcx
	.cfi_adjust_cfa_offset -8
	pop %rdx
	.cfi_adjust_cfa_offset -8
	pop %rsi
	.cfi_adjust_cfa_offset -8
	pop %rdi
	.cfi_adjust_cfa_offset -8
	pop %rax
	.cfi_adjust_cfa_offset -8
	jmp *%r11
.endm

/* Where the slot and the return address lie behind SAVE. */
#define SAVED_SLOT 0
#define SAVED_RETURN 72

	.text

/* A call from outside the interpreter's range; r11d is the slot. */
	.p2align 4
	.globl pyinterpose_sweep_slow
	.type pyinterpose_sweep_slow, @function
pyinterpose_sweep_slow:
	.cfi_startproc
	endbr64
	SAVE
	mov SAVED_SLOT(%rsp), %edi
	mov SAVED_RETURN(%rsp), %rsi
	call sweep_count
	test %eax, %eax
	je 1f
	mov SAVED_SLOT(%rsp), %edi
	mov SAVED_RETURN(%rsp), %rsi
	lea sweep_meet(%rip), %rax
	call call_c
1:	mov SAVED_SLOT(%rsp), %eax
	mov pyinterpose_sweep_reals@GOTPCREL(%rip), %rdx
	mov (%rdx,%rax,8), %r11
	RESTORE_AND_JUMP
	.cfi_endproc
	.size pyinterpose_sweep_slow, . - pyinterpose_sweep_slow

/* A slot that has not been resolved; r11d is the slot. */
	.p2align 4
	.globl pyinterpose_sweep_resolve
	.type pyinterpose_sweep_resolve, @function
pyinterpose_sweep_resolve:
	.cfi_startproc
	endbr64
	SAVE
	mov SAVED_SLOT(%rsp), %edi
	lea sweep_find(%rip), %rax
	call call_c
	mov %rax, %r11
	RESTORE_AND_JUMP
	.cfi_endproc
	.size pyinterpose_sweep_resolve, . - pyinterpose_sweep_resolve

/* IBT and SHSTK: this object keeps both. */
	.section .note.gnu.property, "a", @note
	.p2align 3
	.long 4, 16, 5
	.asciz "GNU"
	.long 0xc0000002, 4, 3, 0
#endif

	.section .note.GNU-stack, "", %progbits
