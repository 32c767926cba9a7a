/*
 * This file is the trampoline of x86-64, and the way from it into C. A generated source includes it and has one TRAMPOLINE a slot.
 *
 * Of all registers only r11 and the flags are used, which a call through a PLT may clobber at any time: rax (the number of
 * vector registers of a variadic call), r10 (the static chain) and everything that carries arguments stay as they were,
 * and so does the stack. Nothing returns through here, so a shadow stack sees nothing of it.
 */
#include "runtime.h"

.macro TRAMPOLINE slot, named, name, symbol, version
	.section .text.trampolines, "ax", @progbits
	.balign SWEEP_STEP
	.globl \name
	.type \name, @function
\name:
	.cfi_startproc
	endbr64
	.if \named
	mov (%rsp), %r11
	sub sweep_low(%rip), %r11
	cmp sweep_size(%rip), %r11
	jae 1f
	mov sweep_main_ledger@gottpoff(%rip), %r11
	mov %fs:(%r11), %r11
	test %r11, %r11
	je 0f
	incq LEDGER_HEADER + \slot * LEDGER_ROW_SIZE(%r11)
	jmp *sweep_reals + \slot * 8(%rip)
0:	mov page_current(%rip), %r11
	lock incq LEDGER_HEADER + (sweep_count_slots + \slot) * LEDGER_ROW_SIZE(%r11)
	jmp *sweep_reals + \slot * 8(%rip)
	.endif
1:	mov $\slot, %r11d
	jmp sweep_slow
	/* Where sweep_reals leads at first. */
2:	endbr64
	mov $\slot, %r11d
	jmp sweep_resolve
	.cfi_endproc
	.size \name, . - \name
	.pushsection .data.rel.local, "aw", @progbits
	.quad 2b
	.popsection
	.pushsection .rodata, "a", @progbits
	.long 3f - sweep_strings
	.popsection
	.pushsection .rodata.names, "a", @progbits
3:	.asciz "\symbol"
	.asciz "\version"
	.popsection
.endm

/* Around the trampolines, and the tables of that many slots that they fill or use. */
.macro TRAMPOLINES slots
	.set sweep_count_slots, \slots
	.section .text.trampolines, "ax", @progbits
	.balign SWEEP_STEP
	.globl sweep_first
	.hidden sweep_first
sweep_first:
	.section .data.rel.local, "aw", @progbits
	.balign 64
	.globl sweep_reals
	.hidden sweep_reals
sweep_reals:
	.section .bss, "aw", @nobits
	.balign LEDGER_HEADER
	.globl sweep_early
	.hidden sweep_early
sweep_early:
	.zero LEDGER_HEADER + SWEEP_ROWS * \slots * LEDGER_ROW_SIZE
	.section .rodata, "a", @progbits
	.balign 4
	.globl sweep_slots
	.hidden sweep_slots
sweep_slots:
	.long \slots
	.globl sweep_names
	.hidden sweep_names
sweep_names:
	.section .rodata.named, "a", @progbits
	.globl sweep_interpreter_names
	.hidden sweep_interpreter_names
sweep_interpreter_names:
	.section .rodata.names, "a", @progbits
	.globl sweep_strings
	.hidden sweep_strings
sweep_strings:
.endm

/* Eight slots' bits. */
.macro INTERPRETER_NAMES bits
	.pushsection .rodata.named, "a", @progbits
	.byte \bits
	.popsection
.endm

.macro TRAMPOLINES_END
	.section .text.trampolines, "ax", @progbits
	.balign SWEEP_STEP
	.globl sweep_past
	.hidden sweep_past
sweep_past:
.endm

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
	.type sweep_slow, @function
sweep_slow:
	.cfi_startproc
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
	lea sweep_reals(%rip), %rdx
	mov (%rdx,%rax,8), %r11
	RESTORE_AND_JUMP
	.cfi_endproc
	.size sweep_slow, . - sweep_slow

/* A slot that has not been resolved; r11d is the slot. */
	.p2align 4
	.type sweep_resolve, @function
sweep_resolve:
	.cfi_startproc
	SAVE
	mov SAVED_SLOT(%rsp), %edi
	lea sweep_find(%rip), %rax
	call call_c
	mov %rax, %r11
	RESTORE_AND_JUMP
	.cfi_endproc
	.size sweep_resolve, . - sweep_resolve

/* IBT and SHSTK: this object keeps both. */
	.section .note.gnu.property, "a", @note
	.p2align 3
	.long 4, 16, 5
	.asciz "GNU"
	.long 0xc0000002, 4, 3, 0
	.section .note.GNU-stack, "", @progbits
