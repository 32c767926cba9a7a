/*
 * This file is the contract between a generated shim and its runtime, which is preloaded behind it.
 *
 * The generated shim (src/shim) holds one trampoline per slot (trampoline-x86-64.S, trampoline-aarch64.S) and the tables below; the
 * runtime, sweep.so, does what a trampoline leaves to C. The last slot is the canary's.
 *
 * The ledger has one phase and three rows for each slot, `sweep_slots` apart. The first is written by the main thread only, the
 * one that ran the constructor and most often runs Python: a plain add does there. The other threads share the second and add
 * atomically. The third says what is doubtful of the attribution (sites.h): a tail call leaves its caller's caller as the return
 * address, so the apparent caller need not be the caller.
 */
#ifndef PYINTERPOSE_SWEEP_RUNTIME_H
#define PYINTERPOSE_SWEEP_RUNTIME_H

#include "../layout.h"

#ifndef __ASSEMBLER__

#include "../ledger.h"

#include <stdint.h>

/* The columns of the third row. */
enum doubt {
	/* By apparent caller: calls that were counted under another caller, for they are tail calls of that one. */
	SWEEP_REATTRIBUTED = SIDE_HONORED * CALLERS,
	/* By caller: calls that were counted under their apparent caller and may be tail calls of another. */
	SWEEP_UNCERTAIN = SIDE_BYPASSED * CALLERS,
};

/* A name that the two objects share bears our prefix there, so that no function of an interpreter has it. */
#define BETWEEN(name) __asm__("pyinterpose_" #name) __attribute__((visibility("default")))

/* Generated. Each name is followed by its version, empty where the slot's name alone is exported. */
extern const uint32_t sweep_slots BETWEEN(sweep_slots);
/* How many of them are functions of the interpreter; the others but the last are libc's. */
extern const uint32_t sweep_own BETWEEN(sweep_own);
extern const uint32_t sweep_names[] BETWEEN(sweep_names);
extern const char sweep_strings[] BETWEEN(sweep_strings);
/* What is counted on until the ledger is mapped (page.h). */
extern struct ledger sweep_early BETWEEN(sweep_early);
/* One bit for each slot: whether the interpreter names the function itself, in a call or a table. */
extern const uint8_t sweep_interpreter_names[] BETWEEN(sweep_interpreter_names);
/* Where each slot goes on to: at first a stub that asks sweep_find. */
extern void *_Atomic sweep_reals[] BETWEEN(sweep_reals);
/* The trampolines: slot i begins at sweep_first + i * SWEEP_STEP. */
extern const char sweep_first[] BETWEEN(sweep_first);
extern const char sweep_past[] BETWEEN(sweep_past);
/* The whole of the generated shim, but for its headers. */
extern const char sweep_image[] BETWEEN(sweep_image);
extern const char sweep_image_end[] BETWEEN(sweep_image_end);
/* The interpreter's executable range, for which a trampoline counts by itself; empty until it is known. */
extern uintptr_t sweep_low BETWEEN(sweep_low);
extern uintptr_t sweep_size BETWEEN(sweep_size);

/* Of the runtime: the ledger in the main thread; null in every other. */
extern _Thread_local struct ledger *sweep_main_ledger BETWEEN(sweep_main_ledger)
	__attribute__((tls_model("initial-exec")));

#pragma GCC visibility push(hidden)

/*
 * What into-c-x86-64.S and into-c-aarch64.S call. sweep_count touches general registers only and gives 0 where it knew the call site;
 * sweep_meet may do anything that C may, and is called with all argument registers saved; so is sweep_find.
 */
int sweep_count(uint32_t slot, uintptr_t return_address);
void sweep_meet(uint32_t slot, uintptr_t return_address);
void *sweep_find(uint32_t slot);

#pragma GCC visibility pop

#endif
#endif
