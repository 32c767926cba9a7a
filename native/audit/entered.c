/*
 * This file counts one entry of a watched function, under its call site.
 *
 * Keep these rules: it runs at the entry of malloc, in signal handlers and on stacks of any size, so it calls nothing,
 * takes no lock and touches no errno; it is compiled without vector registers; a forked child counts nothing.
 */
#include "entered.h"
#include "../visibility.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* Where a call entered the library: the pair by which the entry of what it jumps to is known again. */
struct pending {
	uintptr_t frame;
	uintptr_t return_address;
	uintptr_t library;
};

/* The real function that a thread entered last, where a library had jumped to it and it may jump on. */
struct jumped {
	uintptr_t frame;
	uintptr_t return_address;
	/* Its slot, plus one. */
	uintptr_t slot;
};

/* What a thread keeps. */
struct kept {
	struct jumped last;
	struct pending pending[];
};

/* A power of two. What is forgotten would be a call that passes by: so there are many, by their place on the stack. */
#define PENDING 512

static struct audit_ledger *counted;
/* In a page of its own that a forked child finds empty; null before all is ready. */
static _Atomic uint32_t *alive;
/* A thread's own; one word, because an audit module has little room for such variables. */
static _Thread_local struct kept *kept __attribute__((tls_model("initial-exec")));

static struct pending *place_of(uintptr_t frame);
static void *map(size_t size);
static void add(uint32_t slot, uintptr_t return_address, int forward);

int entered_begin(struct audit_ledger *ledger)
{
	void *page = map(4096);
	if (page == NULL || madvise(page, 4096, MADV_WIPEONFORK) != 0)
		return -ENOMEM;
	counted = ledger;
	atomic_store((_Atomic uint32_t *)page, 1);
	alive = page;
	return 0;
}

HIDDEN void audit_entered(uint32_t what, uintptr_t frame, uintptr_t return_address)
{
	if (alive == NULL || atomic_load_explicit(alive, memory_order_relaxed) == 0)
		return;
	struct pending *place = place_of(frame);
	if (place == NULL) {
		add(what & ENTERED_SLOT, return_address, 0);
		return;
	}
	int is_real = ENTERED_LIBRARY(what) == 0;
	struct jumped *last = &kept->last;
	/* The next that it enters, with the same pair: no call of whoever called the library, but a jump of the real function. */
	int jumped_on = is_real && last->frame == frame && last->return_address == return_address && last->slot != 0;
	uintptr_t from = jumped_on ? last->slot : return_address;
	int same = place->frame == frame && place->return_address == return_address;
	/* One library that jumps to the next leaves the pair as it is, and so does one that jumps to the real function. */
	int forward = same && place->library != ENTERED_LIBRARY(what);
	if (!is_real && what & ENTERED_MAY_JUMP)
		*place = (struct pending){ frame, return_address, ENTERED_LIBRARY(what) };
	else if (place->frame == frame)
		/* Once: the next call from there is another. */
		*place = (struct pending){ 0, 0, 0 };
	int goes_on = is_real && (forward || jumped_on) && what & ENTERED_MAY_JUMP;
	*last = (struct jumped){ frame, return_address, goes_on ? (what & ENTERED_SLOT) + 1 : 0 };
	add(what & ENTERED_SLOT, from, forward);
}

static struct pending *place_of(uintptr_t frame)
{
	if (kept == NULL)
		kept = map(sizeof *kept + PENDING * sizeof *kept->pending);
	return kept == NULL ? NULL : &kept->pending[(frame >> 3) & (PENDING - 1)];
}

/* By the system call itself: nothing of libc's may run here. */
static void *map(size_t size)
{
#if defined(__x86_64__)
	register long flags __asm__("r10") = MAP_PRIVATE | MAP_ANONYMOUS;
	register long file __asm__("r8") = -1;
	register long offset __asm__("r9") = 0;
	long result;
	__asm__ volatile("syscall"
									 : "=a"(result)
									 : "a"((long)SYS_mmap), "D"(0L), "S"((long)size), "d"((long)(PROT_READ | PROT_WRITE)), "r"(flags),
										 "r"(file), "r"(offset)
									 : "rcx", "r11", "memory");
	return result < 0 ? NULL : (void *)result;
#else
	(void)size;
	return NULL;
#endif
}

static void add(uint32_t slot, uintptr_t return_address, int forward)
{
	uint64_t key = (uint64_t)return_address << AUDIT_SLOT_BITS | (slot + 1);
	uint64_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
	for (uint32_t tried = 0; tried < 256; tried++, at++) {
		struct audit_site *site = &counted->sites[at & (AUDIT_SITES - 1)];
		uint64_t found = atomic_load_explicit(&site->key, memory_order_relaxed);
		if (found == 0 && atomic_compare_exchange_strong(&site->key, &found, key))
			found = key;
		if (found != key)
			continue;
		atomic_fetch_add_explicit(forward ? &site->forwards : &site->calls, 1, memory_order_relaxed);
		return;
	}
	atomic_fetch_add_explicit(&counted->lost, 1, memory_order_relaxed);
}
