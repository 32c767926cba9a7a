/*
 * This file is the trampoline of aarch64, as the compiler leaves it unlinked: see trampoline-x86-64.S for the names.
 *
 * x9 to x12, x16 and x17 are what a callee may clobber and no argument is in; x8 (where a struct is returned), x18, the
 * argument and vector registers and the stack stay as they were. The link register is the return address, not yet signed.
 */
#if defined(__aarch64__)

/* BTI: an entry that is branched to begins with its landing pad, `bti c`, which an older assembler knows as a hint. */
#define LANDING_PAD hint #34

.macro LOAD register, from
	adrp \register, \from
	ldr \register, [\register, :lo12:\from]
.endm

/* What is not counted here, and where `real` leads at first. */
.macro TO_RUNTIME resolve
	movz w17, #:abs_g0:slot
	LOAD x16, slow_at
	br x16
	.globl \resolve
\resolve:
	LANDING_PAD
	movz w17, #:abs_g0:slot
	LOAD x16, resolve_at
	br x16
.endm

	.text

/*
 * For a function that the interpreter names: a call by the interpreter is counted here, always in the shared row. Without a lock, a
 * signal handler that comes between load and store would lose its count. ldxr and stxr, because not every CPU has ldadd.
 */
	.globl counting
	.type counting, %function
counting:
	LANDING_PAD
	LOAD x16, interpreter_low
	LOAD x17, interpreter_size
	sub x16, x30, x16
	cmp x16, x17
	b.hs 1f
	LOAD x16, current_ledger_at
	ldr x16, [x16]
	movz x17, #:abs_g0_nc:shared_row
	movk x17, #:abs_g1:shared_row
	add x9, x16, x17
0:	ldxr x10, [x9]
	add x10, x10, #1
	stxr w11, x10, [x9]
	cbnz w11, 0b
	LOAD x16, real
	br x16
1:	TO_RUNTIME counting_resolve
	.size counting, . - counting

/* For any other. */
	.globl asking
	.type asking, %function
asking:
	LANDING_PAD
	TO_RUNTIME asking_resolve
	.size asking, . - asking

#endif

	.section .note.GNU-stack, "", %progbits
