/*
 * This file counts one entry of a patched function, on x86-64.
 *
 * A function's first instructions are displaced into a stub (src/entries/x86-64/stub.ts), and a jump to the stub stands in their
 * place. The stub counts an entry from the interpreter's own code by itself, in the main thread; it calls this routine for any
 * other. Who called is told by the return address: within the interpreter's code at once, elsewhere by a cache that is keyed by call
 * site and slot, which role.c fills. So C runs only where a pair of call site and slot is met for the first time, or again after
 * another pair took its place in the cache.
 *
 * Keep this rule: every register, the flags and the vector state are as they were. A caller in the same library may rely on
 * whatever its callee is known not to touch (-fipa-ra).
 */
#if defined(__x86_64__)

#include "../layout.h"

/* Where the bypassed calls of slot 0 lie in a ledger. */
#define FIRST_BYPASSED (LEDGER_HEADER + LEDGER_BYPASSED_AT)
#define ROLE_MASK ((1 << ROLE_CACHE_ROLE_BITS) - 1)

	.text

/*
 * rax: where the slot's bypassed calls lie in a ledger whose `offset` is 0.
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
1:	mov entries_main_ledger@gottpoff(%rip), %rcx
	mov %fs:(%rcx), %rcx
	test %rcx, %rcx
	je 3f
	add %rcx, %rdx
	mov LEDGER_OFFSET_AT(%rcx), %rcx
	/* One instruction: a signal handler comes before it or after it, and loses nothing. */
	incq (%rdx, %rcx, 8)
	/* 127 + 1 overflows, 127 + 0 does not. */
	add $127, %al
	sahf
	pop %rdx
	pop %rcx
	ret

	/* Not the main thread: the shared row, atomically. */
3:	mov page_current(%rip), %rcx
	add %rcx, %rdx
	add entries_to_shared_row(%rip), %rdx
	mov LEDGER_OFFSET_AT(%rcx), %rcx
	lock incq (%rdx, %rcx, 8)
	add $127, %al
	sahf
	pop %rdx
	pop %rcx
	ret

	/* Not from the interpreter's code. An entry of the cache is return address, slot and role in one word. */
2:	push %rdi
	push %rsi
	mov 48(%rsp), %rcx
	lea -FIRST_BYPASSED(%rdx), %rsi
	shr $LEDGER_ROW_BITS, %rsi
	mov %rcx, %rdi
	shl $ROLE_CACHE_SLOT_BITS, %rdi
	or %rsi, %rdi
	shl $ROLE_CACHE_SLOT_STEP, %rsi
	add %rcx, %rsi
	and $(ROLE_CACHE - 1), %esi
	lea entries_cache(%rip), %rcx
	mov (%rcx, %rsi, 8), %rsi
	mov %rsi, %rcx
	shr $ROLE_CACHE_ROLE_BITS, %rcx
	cmp %rdi, %rcx
	jne 5f
	mov %esi, %edi
	and $ROLE_MASK, %edi
4:	cmp $ROLE_CACHE_SHIM, %edi
	je 6f
	lea (%rdx, %rdi, 8), %rdx
	pop %rsi
	pop %rdi
	jmp 1b

5:	mov 48(%rsp), %rdi
	lea -FIRST_BYPASSED(%rdx), %rsi
	shr $LEDGER_ROW_BITS, %rsi
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

/*
 * The same for a function of libc's, of which no return address tells the caller by itself: the interpreter's call of another function
 * of libc's may have ended in a jump here.
 */
	.globl entries_count_libc
	.hidden entries_count_libc
	.type entries_count_libc, @function
	.p2align 6
entries_count_libc:
	endbr64
	push %rcx
	push %rdx
	mov %rax, %rdx
	lahf
	seto %al
	jmp 2b
	.size entries_count_libc, . - entries_count_libc

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
	lea entries_role(%rip), %rax
	call call_c
	mov %eax, %edi
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
