/*
 * This file is the contract between a generated shim and its runtime.
 *
 * The generated assembly holds one trampoline per slot (trampoline-*.S) and the tables below; the runtime, linked into
 * the same object, does what a trampoline leaves to C. The last slot is the canary's.
 *
 * The ledger has one phase and three rows for each slot, `sweep_slots` apart. The first is written by one thread only, the
 * one that ran the constructor and most often runs Python: a plain add does there. The other threads share the second and
 * add atomically. The third marks tail calls (callee.h, jumps.h): in the columns of what is honored those that were counted
 * under another role, by the role that the return address pretends; in the others those that may have been some.
 */
#ifndef PYINTERPOSE_SWEEP_RUNTIME_H
#define PYINTERPOSE_SWEEP_RUNTIME_H

/* Of the handshake: the last, for the families' bits begin at the first. */
#define SWEEP_BIT 63

#define SWEEP_ROWS 3

/* What the trampolines add to: see ledger.h. */
#define SWEEP_COUNTS 128
#define SWEEP_STRIDE 64

/* From one trampoline to the next. Two cache lines: the first is all that a call from inside the interpreter runs through. */
#define SWEEP_STEP 128

#ifndef __ASSEMBLER__

#include "../ledger.h"

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Generated. Each name is followed by its version, empty where the slot's name alone is exported. */
extern const uint32_t sweep_slots;
extern const uint32_t sweep_names[];
extern const char sweep_strings[];
extern struct ledger sweep_early;
/* One bit for each slot: whether the interpreter names the function itself, in a call or a table. */
extern const uint8_t sweep_named[];
/* Where each slot goes on to: at first a stub that asks sweep_find. */
extern void *_Atomic sweep_reals[];
/* The trampolines: slot i begins at sweep_first + i * SWEEP_STEP. */
extern const char sweep_first[], sweep_past[];

/* The interpreter's executable range, for which a trampoline counts by itself; empty until it is known. */
extern uintptr_t sweep_low, sweep_size;

/* The ledger, in the thread that has the first rows to itself; null in every other. */
extern _Thread_local struct ledger *sweep_alone __attribute__((tls_model("initial-exec")));

/*
 * What the assembly calls. sweep_count touches general registers only and gives 0 where it knew the call site;
 * sweep_meet may do anything that C may, and is called with all argument registers saved; so is sweep_find.
 */
int sweep_count(uint32_t slot, uintptr_t return_address);
void sweep_meet(uint32_t slot, uintptr_t return_address);
void *sweep_find(uint32_t slot);

#pragma GCC visibility pop

#endif
#endif
