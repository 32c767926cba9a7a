/*
 * This file tells whether the interpreter's named calls reach the sweep's overrides.
 *
 * A call through the PLT goes where its slot of the GOT leads. The loader fills the slot with the first definition in the scope: the
 * sweep's override, unless another object stands before it. With lazy binding it does so at the first call; until then the slot leads
 * back into the interpreter's own PLT, and what the loader would find is asked for by name. What the override forwards to is the next
 * definition: that of the interpreter, unless the user preloads one too.
 *
 * Keep these rules: nothing is allocated; a slot that cannot be told is not counted at the sites, but by the override as ever.
 */
#include "names.h"
#include "../loaded.h"
#include "../objects.h"
#include "blob.h"

#include <dlfcn.h>
#include <string.h>

/* By slot: nothing known, all is well, or not. */
static enum { UNKNOWN, HONORED, NOT_HONORED } states[BLOB_MOST_SLOTS];

static int is_honored(const struct interpreter *interpreter, const struct loaded_tables *tables,
											const struct name *name);
static uintptr_t slot_of(const struct interpreter *interpreter, const struct name *name);
static int is_unbound(const struct interpreter *interpreter, const struct name *name, uintptr_t value);

void names_prepare(const struct interpreter *interpreter, const struct blob *file)
{
	struct dl_phdr_info info = { .dlpi_addr = interpreter->base,
															 .dlpi_phdr = interpreter->segments,
															 .dlpi_phnum = (ElfW(Half))interpreter->count };
	struct loaded_tables tables = loaded_tables(&info);
	for (uint32_t i = 0; i < file->names; i++) {
		const struct name *name = &NAMES(file)[i];
		if (states[name->slot] != NOT_HONORED)
			states[name->slot] = is_honored(interpreter, &tables, name) ? HONORED : NOT_HONORED;
	}
}

int names_honored(uint32_t slot)
{
	return states[slot] == HONORED;
}

static int is_honored(const struct interpreter *interpreter, const struct loaded_tables *tables,
											const struct name *name)
{
	if (tables->symbols == NULL || tables->strings == NULL)
		return 0;
	const char *symbol = tables->strings + tables->symbols[name->symbol].st_name;
	const void *first = dlsym(RTLD_DEFAULT, symbol);
	uintptr_t value = slot_of(interpreter, name);
	return first != NULL && objects_find(first)->caller == CALLER_SHIM &&
				 (value == (uintptr_t)first || is_unbound(interpreter, name, value)) &&
				 (uintptr_t)dlsym(RTLD_NEXT, symbol) == interpreter->base + name->entry;
}

static uintptr_t slot_of(const struct interpreter *interpreter, const struct name *name)
{
	uintptr_t value;
	memcpy(&value, (const void *)(interpreter->base + name->got), sizeof value);
	return value;
}

/* Until it is bound, a slot leads behind the jump of the PLT's own stub. */
static int is_unbound(const struct interpreter *interpreter, const struct name *name, uintptr_t value)
{
	return value - interpreter->code < interpreter->code_size && value != interpreter->base + name->entry;
}

uint32_t names_changed(const struct interpreter *interpreter, const struct blob *file)
{
	uint32_t changed = 0;
	for (uint32_t i = 0; i < file->names; i++) {
		const struct name *name = &NAMES(file)[i];
		uintptr_t value = slot_of(interpreter, name);
		if (states[name->slot] == HONORED && !is_unbound(interpreter, name, value))
			changed += objects_find((const void *)value)->caller != CALLER_SHIM;
	}
	return changed;
}
