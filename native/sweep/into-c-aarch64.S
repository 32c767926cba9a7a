/*
 * This file is the way from a trampoline of aarch64 (trampoline-aarch64.S) into C: every register that carries arguments is as it was behind it.
 */
#if defined(__aarch64__)

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
	.globl pyinterpose_sweep_slow
	.type pyinterpose_sweep_slow, %function
pyinterpose_sweep_slow:
	.cfi_startproc
	hint #34
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
	adrp x16, :got:pyinterpose_sweep_reals
	ldr x16, [x16, :got_lo12:pyinterpose_sweep_reals]
	ldr x16, [x16, x17, lsl #3]
	RESTORE_AND_JUMP
	.cfi_endproc
	.size pyinterpose_sweep_slow, . - pyinterpose_sweep_slow

/* A slot that has not been resolved; w17 is the slot. */
	.p2align 4
	.globl pyinterpose_sweep_resolve
	.type pyinterpose_sweep_resolve, %function
pyinterpose_sweep_resolve:
	.cfi_startproc
	hint #34
	SAVE
	ldr w0, [sp, #SAVED_SLOT]
	adrp x16, sweep_find
	add x16, x16, :lo12:sweep_find
	bl sweep_call
	mov x16, x0
	RESTORE_AND_JUMP
	.cfi_endproc
	.size pyinterpose_sweep_resolve, . - pyinterpose_sweep_resolve

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
#endif

	.section .note.GNU-stack, "", %progbits
