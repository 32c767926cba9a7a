/*
 * This file keeps call sites in a table that only ever grows: a reader needs no lock, and a writer claims an entry by its key.
 */
#include "sites.h"

#include <stdatomic.h>

/* A broad workload meets some 3,000 sites outside the core. 24 bytes each. */
#define SITES (1u << 15)
/* Entries looked at before a site counts as unknown. */
#define PATIENCE 32

struct site {
	/* The return address and, above its 48 bits, the slot. 0: free. */
	_Atomic uint64_t key;
	_Atomic uint64_t calls;
	/* What was understood, packed; 0: not yet. */
	_Atomic uint64_t sight;
};

static struct site table[SITES];

static inline uint64_t key_of(uint32_t slot, uintptr_t return_address)
{
	return (uint64_t)slot << 48 | (return_address & ((UINT64_C(1) << 48) - 1));
}

static inline uint32_t place_of(uint64_t key)
{
	return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (SITES - 1);
}

__attribute__((target("general-regs-only"))) int sites_count(uint32_t slot, uintptr_t return_address, struct sight *out)
{
	uint64_t key = key_of(slot, return_address);
	uint32_t place = place_of(key);
	for (uint32_t i = 0; i < PATIENCE; i++) {
		struct site *site = &table[(place + i) & (SITES - 1)];
		uint64_t found = atomic_load_explicit(&site->key, memory_order_acquire);
		if (found == 0)
			return 1;
		if (found != key)
			continue;
		uint64_t sight = atomic_load_explicit(&site->sight, memory_order_acquire);
		if (sight == 0)
			return 1;
		*out = (struct sight){ (int)(sight >> 8 & 0xff) - 2, (int)(sight & 0xff) - 2, (int)(sight >> 16) };
		atomic_fetch_add_explicit(&site->calls, 1, memory_order_relaxed);
		return 0;
	}
	return 1;
}

void sites_add(uint32_t slot, uintptr_t return_address, struct sight sight)
{
	uint64_t key = key_of(slot, return_address);
	uint32_t place = place_of(key);
	for (uint32_t i = 0; i < PATIENCE; i++) {
		struct site *site = &table[(place + i) & (SITES - 1)];
		uint64_t found = 0;
		if (!atomic_compare_exchange_strong(&site->key, &found, key) && found != key)
			continue;
		/* Two threads that meet one site at once understand the same of it. */
		uint64_t packed = (uint64_t)sight.unsure << 16 | (uint64_t)(sight.caller + 2) << 8 | (uint64_t)(sight.pretended + 2);
		atomic_store_explicit(&site->sight, packed, memory_order_release);
		atomic_fetch_add_explicit(&site->calls, 1, memory_order_relaxed);
		return;
	}
}
