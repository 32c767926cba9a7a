/*
 * This file counts one entry of a patched function, on aarch64.
 *
 * A function's first instruction is displaced into a stub (src/entries/aarch64/stub.ts), and a branch to the stub stands in its
 * place; the stub calls this routine. Who called is told by the return address: within the interpreter's code at once, elsewhere
 * by a cache that is keyed by call site and slot, which role.c fills. So C runs only where a pair of call site and slot is met for
 * the first time, or again after another pair took its place in the cache.
 *
 * Keep this rule: every register and the flags are as they were. A caller in the same library may rely on whatever its callee
 * is known not to touch (-fipa-ra). What C does to vectors beyond their first 128 bits (SVE) is not undone: no call that leaves
 * its unit relies on them.
 */
#if defined(__aarch64__)

#include "../layout.h"

/* Where the bypassed calls of slot 0 lie in a ledger. */
#define FIRST_BYPASSED (LEDGER_HEADER + LEDGER_BYPASSED_AT)
#define ROLE_MASK ((1 << ROLE_CACHE_ROLE_BITS) - 1)

	.text

/*
 * w17: where the slot's bypassed calls lie in a ledger whose `offset` is 0; x16 is free.
 * On the stack: the function's x16, x17, x30 (the return address, signed or not).
 */
	.globl entries_count
	.hidden entries_count
	.type entries_count, %function
	.p2align 6
entries_count:
	hint #34
	stp x0, x1, [sp, #-48]!
	stp x2, x3, [sp, #16]
	mrs x0, nzcv
	stp x0, x30, [sp, #32]
	ldr x30, [sp, #64]
	/* xpaclri */
	hint #7
	mov x1, x30
	adrp x2, entries_low
	ldr x2, [x2, #:lo12:entries_low]
	sub x0, x1, x2
	adrp x2, entries_size
	ldr x2, [x2, #:lo12:entries_size]
	cmp x0, x2
	b.hs 3f
1:	adrp x2, page_current
	ldr x2, [x2, #:lo12:page_current]
	ldr x3, [x2, #LEDGER_OFFSET_AT]
	add x2, x2, x17
	add x2, x2, x3, lsl #3
2:	ldxr x0, [x2]
	add x0, x0, #1
	stxr w3, x0, [x2]
	cbnz w3, 2b
9:	ldp x0, x30, [sp, #32]
	msr nzcv, x0
	ldp x2, x3, [sp, #16]
	ldp x0, x1, [sp], #48
	ret

	/* Not from the interpreter's code. An entry of the cache is return address, slot and role in one word. */
3:	sub w2, w17, #FIRST_BYPASSED
	lsr w2, w2, #LEDGER_ROW_BITS
	orr x0, x2, x1, lsl #ROLE_CACHE_SLOT_BITS
	lsl x2, x2, #ROLE_CACHE_SLOT_STEP
	add x2, x2, x1
	and x2, x2, #(ROLE_CACHE - 1)
	adrp x3, entries_cache
	add x3, x3, #:lo12:entries_cache
	ldr x3, [x3, x2, lsl #3]
	/* The return address has 48 bits, so nothing of it is lost above. */
	lsl x0, x0, #ROLE_CACHE_ROLE_BITS
	and x2, x3, #~ROLE_MASK
	and x3, x3, #ROLE_MASK
	cmp x2, x0
	b.eq 4f
	mov x0, x1
	sub w1, w17, #FIRST_BYPASSED
	lsr w1, w1, #LEDGER_ROW_BITS
	bl ask
	mov w3, w0
4:	cmp x3, #ROLE_CACHE_SHIM
	b.eq 9b
	add x17, x17, x3, lsl #3
	b 1b
	.size entries_count, . - entries_count

/* The same for a function of libc's: no range of addresses tells who called. */
	.globl entries_count_libc
	.hidden entries_count_libc
	.type entries_count_libc, %function
	.p2align 6
entries_count_libc:
	hint #34
	stp x0, x1, [sp, #-48]!
	stp x2, x3, [sp, #16]
	mrs x0, nzcv
	stp x0, x30, [sp, #32]
	ldr x30, [sp, #64]
	hint #7
	mov x1, x30
	b 3b
	.size entries_count_libc, . - entries_count_libc

/* x0 = entries_role(x0, x1), with every other register kept but x1 to x3. */
	.type ask, %function
ask:
	stp x29, x30, [sp, #-176]!
	mov x29, sp
	stp x4, x5, [sp, #16]
	stp x6, x7, [sp, #32]
	stp x8, x9, [sp, #48]
	stp x10, x11, [sp, #64]
	stp x12, x13, [sp, #80]
	stp x14, x15, [sp, #96]
	stp x16, x17, [sp, #112]
	mrs x2, fpcr
	mrs x3, fpsr
	stp x2, x3, [sp, #128]
	str x18, [sp, #144]
	sub sp, sp, #512
	stp q0, q1, [sp, #0]
	stp q2, q3, [sp, #32]
	stp q4, q5, [sp, #64]
	stp q6, q7, [sp, #96]
	stp q8, q9, [sp, #128]
	stp q10, q11, [sp, #160]
	stp q12, q13, [sp, #192]
	stp q14, q15, [sp, #224]
	stp q16, q17, [sp, #256]
	stp q18, q19, [sp, #288]
	stp q20, q21, [sp, #320]
	stp q22, q23, [sp, #352]
	stp q24, q25, [sp, #384]
	stp q26, q27, [sp, #416]
	stp q28, q29, [sp, #448]
	stp q30, q31, [sp, #480]
	bl entries_role
	ldp q0, q1, [sp, #0]
	ldp q2, q3, [sp, #32]
	ldp q4, q5, [sp, #64]
	ldp q6, q7, [sp, #96]
	ldp q8, q9, [sp, #128]
	ldp q10, q11, [sp, #160]
	ldp q12, q13, [sp, #192]
	ldp q14, q15, [sp, #224]
	ldp q16, q17, [sp, #256]
	ldp q18, q19, [sp, #288]
	ldp q20, q21, [sp, #320]
	ldp q22, q23, [sp, #352]
	ldp q24, q25, [sp, #384]
	ldp q26, q27, [sp, #416]
	ldp q28, q29, [sp, #448]
	ldp q30, q31, [sp, #480]
	add sp, sp, #512
	ldr x18, [sp, #144]
	ldp x1, x2, [sp, #128]
	msr fpsr, x2
	msr fpcr, x1
	ldp x16, x17, [sp, #112]
	ldp x14, x15, [sp, #96]
	ldp x12, x13, [sp, #80]
	ldp x10, x11, [sp, #64]
	ldp x8, x9, [sp, #48]
	ldp x6, x7, [sp, #32]
	ldp x4, x5, [sp, #16]
	ldp x29, x30, [sp], #176
	ret
	.size ask, . - ask

#endif

	.section .note.GNU-stack, "", %progbits
