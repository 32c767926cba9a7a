/*
 * This file defines the JUMP rows of one family: count through enter_symbol, then jump to the real function with every
 * argument register and the stack as they were. C cannot forward `...`, and forwards a result in memory by a call.
 */
#include "family.h"

#define HOOK(...)
#define CANARY(...)
#define JUMP(family, symbol) SELECT(family, STUB symbol, enter_##symbol)

#if defined(__x86_64__)

/* rax carries the number of vector registers used; r10 is the static chain. 8 + 9 * 8 + 8 * 16 keeps rsp aligned. */
.macro STUB symbol, enter
	.globl \symbol
	.type \symbol, @function
\symbol:
	.cfi_startproc
	endbr64
	sub $200, %rsp
	.cfi_adjust_cfa_offset 200
	mov %rax, 0(%rsp)
	mov %rdi, 8(%rsp)
	mov %rsi, 16(%rsp)
	mov %rdx, 24(%rsp)
	mov %rcx, 32(%rsp)
	mov %r8, 40(%rsp)
	mov %r9, 48(%rsp)
	mov %r10, 56(%rsp)
	movaps %xmm0, 64(%rsp)
	movaps %xmm1, 80(%rsp)
	movaps %xmm2, 96(%rsp)
	movaps %xmm3, 112(%rsp)
	movaps %xmm4, 128(%rsp)
	movaps %xmm5, 144(%rsp)
	movaps %xmm6, 160(%rsp)
	movaps %xmm7, 176(%rsp)
	mov 200(%rsp), %rdi
	call \enter
	mov %rax, %r11
	mov 0(%rsp), %rax
	mov 8(%rsp), %rdi
	mov 16(%rsp), %rsi
	mov 24(%rsp), %rdx
	mov 32(%rsp), %rcx
	mov 40(%rsp), %r8
	mov 48(%rsp), %r9
	mov 56(%rsp), %r10
	movaps 64(%rsp), %xmm0
	movaps 80(%rsp), %xmm1
	movaps 96(%rsp), %xmm2
	movaps 112(%rsp), %xmm3
	movaps 128(%rsp), %xmm4
	movaps 144(%rsp), %xmm5
	movaps 160(%rsp), %xmm6
	movaps 176(%rsp), %xmm7
	add $200, %rsp
	.cfi_adjust_cfa_offset -200
	jmp *%r11
	.cfi_endproc
	.size \symbol, . - \symbol
.endm

#elif defined(__aarch64__)

.macro STUB symbol, enter
	.globl \symbol
	.type \symbol, %function
\symbol:
	.cfi_startproc
	hint #34
	stp x29, x30, [sp, #-224]!
	.cfi_adjust_cfa_offset 224
	stp x0, x1, [sp, #16]
	stp x2, x3, [sp, #32]
	stp x4, x5, [sp, #48]
	stp x6, x7, [sp, #64]
	str x8, [sp, #80]
	stp q0, q1, [sp, #96]
	stp q2, q3, [sp, #128]
	stp q4, q5, [sp, #160]
	stp q6, q7, [sp, #192]
	mov x0, x30
	bl \enter
	mov x16, x0
	ldp x0, x1, [sp, #16]
	ldp x2, x3, [sp, #32]
	ldp x4, x5, [sp, #48]
	ldp x6, x7, [sp, #64]
	ldr x8, [sp, #80]
	ldp q0, q1, [sp, #96]
	ldp q2, q3, [sp, #128]
	ldp q4, q5, [sp, #160]
	ldp q6, q7, [sp, #192]
	ldp x29, x30, [sp], #224
	.cfi_adjust_cfa_offset -224
	br x16
	.cfi_endproc
	.size \symbol, . - \symbol
.endm

#else
#error "no jumping stub for this CPU"
#endif

	.text
#include "hooks.def"

	.section .note.GNU-stack, "", %progbits
