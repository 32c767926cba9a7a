/*
 * This file is the trampoline of aarch64, and the way from it into C. A generated source includes it and has one TRAMPOLINE a slot.
 *
 * x9 to x12, x16 and x17 are what a callee may clobber and no argument is in; x8 (where a struct is returned), x18, the
 * argument and vector registers and the stack stay as they were. The link register is the return address, not yet signed.
 */
#include "runtime.h"

.macro TRAMPOLINES slots
	.set sweep_count_slots, \slots
	.section .text.trampolines, "ax", %progbits
	.balign SWEEP_STEP
	.globl sweep_first
	.hidden sweep_first
sweep_first:
	.section .data.rel.local, "aw", %progbits
	.balign 64
	.globl sweep_reals
	.hidden sweep_reals
sweep_reals:
	.section .bss, "aw", %nobits
	.balign LEDGER_HEADER
	.globl sweep_early
	.hidden sweep_early
sweep_early:
	.zero LEDGER_HEADER + SWEEP_ROWS * \slots * LEDGER_ROW_SIZE
	.section .rodata, "a", %progbits
	.balign 4
	.globl sweep_slots
	.hidden sweep_slots
sweep_slots:
	.long \slots
	.globl sweep_names
	.hidden sweep_names
sweep_names:
	.section .rodata.named, "a", %progbits
	.globl sweep_interpreter_names
	.hidden sweep_interpreter_names
sweep_interpreter_names:
	.section .rodata.names, "a", %progbits
	.globl sweep_strings
	.hidden sweep_strings
sweep_strings:
.endm

/* Eight slots' bits. */
.macro INTERPRETER_NAMES bits
	.pushsection .rodata.named, "a", %progbits
	.byte \bits
	.popsection
.endm

.macro TRAMPOLINES_END
	.section .text.trampolines, "ax", %progbits
	.balign SWEEP_STEP
	.globl sweep_past
	.hidden sweep_past
sweep_past:
.endm

/*
 * Always the shared row: without a lock, a signal handler that comes between load and store would lose its count.
 * ldxr and stxr, because not every CPU has ldadd. x9 is the counter's address.
 */
.macro TRAMPOLINE slot, named, name, symbol, version
	.section .text.trampolines, "ax", %progbits
	.balign SWEEP_STEP
	.globl \name
	.type \name, %function
\name:
	.cfi_startproc
	hint #34
	.if \named
	adrp x16, sweep_low
	ldr x16, [x16, :lo12:sweep_low]
	adrp x17, sweep_size
	ldr x17, [x17, :lo12:sweep_size]
	sub x16, x30, x16
	cmp x16, x17
	b.hs 1f
	adrp x16, page_current
	ldr x16, [x16, :lo12:page_current]
	movz x17, #((LEDGER_HEADER + (sweep_count_slots + \slot) * LEDGER_ROW_SIZE) & 0xffff)
	movk x17, #((LEDGER_HEADER + (sweep_count_slots + \slot) * LEDGER_ROW_SIZE) >> 16), lsl #16
	add x9, x16, x17
0:	ldxr x10, [x9]
	add x10, x10, #1
	stxr w11, x10, [x9]
	cbnz w11, 0b
	adrp x16, sweep_reals + \slot * 8
	ldr x16, [x16, :lo12:sweep_reals + \slot * 8]
	br x16
	.endif
1:	mov w17, #\slot
	b sweep_slow
	/* Where sweep_reals leads at first. */
2:	hint #34
	mov w17, #\slot
	b sweep_resolve
	.cfi_endproc
	.size \name, . - \name
	.pushsection .data.rel.local, "aw", %progbits
	.quad 2b
	.popsection
	.pushsection .rodata, "a", %progbits
	.long 3f - sweep_strings
	.popsection
	.pushsection .rodata.names, "a", %progbits
3:	.asciz "\symbol"
	.asciz "\version"
	.popsection
.endm

#define SAVED 128
#define SAVED_RETURN 8
#define SAVED_SLOT 88

.macro SAVE
	stp x29, x30, [sp, #-SAVED]!
	.cfi_adjust_cfa_offset SAVED
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	stp x0, x1, [sp, #16]
	stp x2, x3, [sp, #32]
	stp x4, x5, [sp, #48]
	stp x6, x7, [sp, #64]
	stp x8, x17, [sp, #80]
	str x18, [sp, #96]
	mov x29, sp
.endm

/* x16 says where to jump. */
.macro RESTORE_AND_JUMP
	ldp x0, x1, [sp, #16]
	ldp x2, x3, [sp, #32]
	ldp x4, x5, [sp, #48]
	ldp x6, x7, [sp, #64]
	ldr x8, [sp, #80]
	ldr x18, [sp, #96]
	ldp x29, x30, [sp], #SAVED
	.cfi_adjust_cfa_offset -SAVED
	.cfi_restore x29
	.cfi_restore x30
	br x16
.endm

	.text

/* A call from outside the interpreter's range; w17 is the slot. */
	.p2align 4
	.type sweep_slow, %function
sweep_slow:
	.cfi_startproc
	SAVE
	ldr w0, [sp, #SAVED_SLOT]
	ldr x1, [sp, #SAVED_RETURN]
	bl sweep_count
	cbz w0, 1f
	ldr w0, [sp, #SAVED_SLOT]
	ldr x1, [sp, #SAVED_RETURN]
	adrp x16, sweep_meet
	add x16, x16, :lo12:sweep_meet
	bl sweep_call
1:	ldr w17, [sp, #SAVED_SLOT]
	adrp x16, sweep_reals
	add x16, x16, :lo12:sweep_reals
	ldr x16, [x16, x17, lsl #3]
	RESTORE_AND_JUMP
	.cfi_endproc
	.size sweep_slow, . - sweep_slow

/* A slot that has not been resolved; w17 is the slot. */
	.p2align 4
	.type sweep_resolve, %function
sweep_resolve:
	.cfi_startproc
	SAVE
	ldr w0, [sp, #SAVED_SLOT]
	adrp x16, sweep_find
	add x16, x16, :lo12:sweep_find
	bl sweep_call
	mov x16, x0
	RESTORE_AND_JUMP
	.cfi_endproc
	.size sweep_resolve, . - sweep_resolve

/* Calls the C function in x16 with x0 and x1, and keeps the vector registers that carry arguments. */
	.p2align 4
	.type sweep_call, %function
sweep_call:
	.cfi_startproc
	stp x29, x30, [sp, #-144]!
	.cfi_adjust_cfa_offset 144
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	mov x29, sp
	stp q0, q1, [sp, #16]
	stp q2, q3, [sp, #48]
	stp q4, q5, [sp, #80]
	stp q6, q7, [sp, #112]
	blr x16
	ldp q0, q1, [sp, #16]
	ldp q2, q3, [sp, #48]
	ldp q4, q5, [sp, #80]
	ldp q6, q7, [sp, #112]
	ldp x29, x30, [sp], #144
	.cfi_adjust_cfa_offset -144
	ret
	.cfi_endproc
	.size sweep_call, . - sweep_call

/* BTI: every entry that is branched to begins with its landing pad. */
	.section .note.gnu.property, "a", %note
	.p2align 3
	.long 4, 16, 5
	.asciz "GNU"
	.long 0xc0000000, 4, 1, 0
	.section .note.GNU-stack, "", %progbits
