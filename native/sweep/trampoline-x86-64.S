/*
 * This file is the trampoline of x86-64, as the compiler leaves it unlinked: src/shim copies it once for each function and fills in the
 * names that are undefined here.
 *
 * `own_row` and `shared_row` are where the function's counts lie in the ledger, `slot` is its number, and `real` the word that holds
 * where it goes on. The other names are words that all trampolines share: `interpreter_low` and `interpreter_size`, and those that
 * the loader fills, `main_ledger_offset`, `current_ledger_at`, `slow_at`, `resolve_at`.
 *
 * Of all registers only r11 and the flags are used, which a call through a PLT may clobber at any time: rax (the number of
 * vector registers of a variadic call), r10 (the static chain) and everything that carries arguments stay as they were,
 * and so does the stack. Nothing returns through here, so a shadow stack sees nothing of it.
 */
#if defined(__x86_64__)

/* What is not counted here, and where `real` leads at first. */
.macro TO_RUNTIME resolve
	mov $slot, %r11d
	jmp *slow_at(%rip)
	.globl \resolve
\resolve:
	endbr64
	mov $slot, %r11d
	jmp *resolve_at(%rip)
.endm

	.text

/* For a function that the interpreter names: a call by the interpreter is counted here. */
	.globl counting
	.type counting, @function
counting:
	endbr64
	mov (%rsp), %r11
	sub interpreter_low(%rip), %r11
	cmp interpreter_size(%rip), %r11
	jae 1f
	mov main_ledger_offset(%rip), %r11
	mov %fs:(%r11), %r11
	test %r11, %r11
	je 0f
	incq own_row(%r11)
	jmp *real(%rip)
0:	mov current_ledger_at(%rip), %r11
	mov (%r11), %r11
	lock incq shared_row(%r11)
	jmp *real(%rip)
1:	TO_RUNTIME counting_resolve
	.size counting, . - counting

/* For any other. */
	.globl asking
	.type asking, @function
asking:
	endbr64
	TO_RUNTIME asking_resolve
	.size asking, . - asking

#endif

	.section .note.GNU-stack, "", %progbits
