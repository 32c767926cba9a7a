/*
 * This file counts one entry of a patched function, on x86-64.
 *
 * Keep this rule: every register, the flags and the vector state are as they were. A caller in the same library may rely
 * on whatever its callee is known not to touch (-fipa-ra). So C runs only where a calling page is seen for the first time.
 */
#if defined(__x86_64__)

/* In struct ledger. */
#define OFFSET 32
/* The cache's entries, a power of two; entries.c agrees. */
#define CACHED 4096
#define SHIM 15
/* In a ledger: the first slot's bypassed calls, and the size of a row as a power of two. */
#define FIRST 160
#define ROW 6

	.text

/*
 * rax: where the slot's bypassed calls lie in a ledger of which the offset is 0.
 * On the stack: where to return in the stub, the function's rax, the function's return address.
 */
	.globl entries_count
	.hidden entries_count
	.type entries_count, @function
	.p2align 6
entries_count:
	endbr64
	push %rcx
	push %rdx
	mov %rax, %rdx
	lahf
	seto %al
	mov 32(%rsp), %rcx
	sub entries_low(%rip), %rcx
	cmp entries_size(%rip), %rcx
	jae 2f
1:	mov entries_alone@gottpoff(%rip), %rcx
	mov %fs:(%rcx), %rcx
	test %rcx, %rcx
	je 3f
	add %rcx, %rdx
	mov OFFSET(%rcx), %rcx
	/* One instruction: a signal handler comes before it or after it, and loses nothing. */
	incq (%rdx, %rcx, 8)
	/* 127 + 1 overflows, 127 + 0 does not. */
	add $127, %al
	sahf
	pop %rdx
	pop %rcx
	ret

	/* A thread that shares its rows with others. */
3:	mov page_current(%rip), %rcx
	add %rcx, %rdx
	add entries_others(%rip), %rdx
	mov OFFSET(%rcx), %rcx
	lock incq (%rdx, %rcx, 8)
	add $127, %al
	sahf
	pop %rdx
	pop %rcx
	ret

	/* Not from the interpreter's code. What is known of that return address and that slot, and its role, in one word. */
2:	push %rdi
	push %rsi
	mov 48(%rsp), %rcx
	lea -FIRST(%rdx), %rsi
	shr $ROW, %rsi
	mov %rcx, %rdi
	shl $12, %rdi
	or %rsi, %rdi
	shl $5, %rsi
	add %rcx, %rsi
	and $(CACHED - 1), %esi
	lea entries_cache(%rip), %rcx
	mov (%rcx, %rsi, 8), %rsi
	mov %rsi, %rcx
	shr $4, %rcx
	cmp %rdi, %rcx
	jne 5f
	mov %esi, %edi
	and $15, %edi
4:	cmp $SHIM, %edi
	je 6f
	lea (%rdx, %rdi, 8), %rdx
	pop %rsi
	pop %rdi
	jmp 1b

5:	mov 48(%rsp), %rdi
	lea -FIRST(%rdx), %rsi
	shr $ROW, %rsi
	call ask
	jmp 4b

	/* From a shim: not a call that the program made. */
6:	pop %rsi
	pop %rdi
	add $127, %al
	sahf
	pop %rdx
	pop %rcx
	ret
	.size entries_count, . - entries_count

/* edi = entries_role(rdi, rsi), with every other register kept but rsi. */
	.type ask, @function
ask:
	push %rax
	push %rcx
	push %rdx
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbp
	push %rbx
	mov %rsp, %rbp
	mov entries_state_size(%rip), %eax
	sub %rax, %rsp
	and $-64, %rsp
	cmpl $0, entries_state_mask(%rip)
	je 1f
	/* XRSTOR wants the unused part of the header zero. */
	movq $0, 512(%rsp)
	movq $0, 520(%rsp)
	movq $0, 528(%rsp)
	movq $0, 536(%rsp)
	movq $0, 544(%rsp)
	movq $0, 552(%rsp)
	movq $0, 560(%rsp)
	movq $0, 568(%rsp)
	mov entries_state_mask(%rip), %eax
	xor %edx, %edx
	xsave64 (%rsp)
	call entries_role
	mov %eax, %ebx
	mov entries_state_mask(%rip), %eax
	xor %edx, %edx
	xrstor64 (%rsp)
	jmp 2f
1:	fxsave64 (%rsp)
	call entries_role
	mov %eax, %ebx
	fxrstor64 (%rsp)
2:	mov %ebx, %edi
	mov %rbp, %rsp
	pop %rbx
	pop %rbp
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdx
	pop %rcx
	pop %rax
	ret
	.size ask, . - ask

#endif

	.section .note.GNU-stack, "", %progbits
