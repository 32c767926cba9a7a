/*
 * This file is where a program that is compiled beforehand begins: the C runtime's own start file wants __libc_start_main of glibc 2.34,
 * which runs the program's constructors. Ours have none.
 */
#if defined(__x86_64__)
	.symver __libc_start_main, __libc_start_main@GLIBC_2.2.5
	.text
	.globl _start
	.type _start, @function
_start:
	.cfi_startproc
	.cfi_undefined rip
	endbr64
	xor %ebp, %ebp
	mov %rdx, %r9
	pop %rsi
	mov %rsp, %rdx
	and $-16, %rsp
	push %rax
	push %rsp
	xor %r8d, %r8d
	xor %ecx, %ecx
	lea main(%rip), %rdi
	call *__libc_start_main@GOTPCREL(%rip)
	hlt
	.cfi_endproc
	.size _start, . - _start
#elif defined(__aarch64__)
	.symver __libc_start_main, __libc_start_main@GLIBC_2.17
	.text
	.globl _start
	.type _start, %function
_start:
	.cfi_startproc
	.cfi_undefined x30
	hint #34
	mov x29, #0
	mov x30, #0
	mov x5, x0
	ldr x1, [sp]
	add x2, sp, #8
	mov x6, sp
	mov x3, #0
	mov x4, #0
	adrp x0, :got:main
	ldr x0, [x0, :got_lo12:main]
	bl __libc_start_main
	brk #0
	.cfi_endproc
	.size _start, . - _start
#endif
/* atexit tells objects apart by it: the program's own is null. */
	.section .data.rel.ro, "aw"
	.p2align 3
	.globl __dso_handle
	.hidden __dso_handle
__dso_handle:
	.zero 8

	.section .note.GNU-stack, "", %progbits
