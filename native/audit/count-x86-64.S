/*
 * This file saves what an entry of a watched function must find as it was, on x86-64, and lets C count it.
 *
 * Keep this rule: every register and the flags are as they were. The vector registers are, because the C is compiled
 * without them.
 */
#if defined(__x86_64__)

	.text

/*
 * eax: what the stub says of its function.
 * On the stack: where to return in the stub, the function's rax, the function's return address.
 */
	.globl audit_count
	.hidden audit_count
	.type audit_count, @function
	.p2align 6
audit_count:
	endbr64
	pushfq
	cld
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbp
	mov %eax, %edi
	lea 96(%rsp), %rsi
	mov (%rsi), %rdx
	mov %rsp, %rbp
	and $-16, %rsp
	call audit_entered
	mov %rbp, %rsp
	pop %rbp
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	popfq
	ret
	.size audit_count, . - audit_count

#endif

	.section .note.GNU-stack, "", %progbits
