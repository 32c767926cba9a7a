/*
 * This file tells the role of the object that holds an address: the loader's list (dl_iterate_phdr) says whose executable
 * segment it lies in, and that object's file, name and exported symbols say what it is.
 *
 * It runs in somebody else's process, inside hooks of malloc and of the interpreter. Keep these rules: allocate nothing;
 * take no lock of our own; keep errno; never call anything that a shim overrides except through its own forwarding.
 *
 * A table of ranges is only ever appended to, and a range is withdrawn when its object is unloaded (unload.c), so a reader needs no lock. An unknown address makes its thread walk the
 * loader's list (dl_iterate_phdr, whose lock is recursive and is taken once per object); two threads that do so at once
 * append the same range twice, which is harmless.
 */
#include "objects.h"
#include "ledger.h"
#include "loaded.h"
#include "visibility.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A Python with every extension of the standard library loaded has about 120 executable ranges. */
#define MOST_OBJECTS 4096

static struct object table[MOST_OBJECTS];
static _Atomic int published[MOST_OBJECTS];
static _Atomic int reserved;

/* Beyond the table, an address keeps being looked up the slow way; this carries the answer. */
static const struct object by_role[] = {
	{ 0, 0, CALLER_INTERPRETER }, { 0, 0, CALLER_EXECUTABLE }, { 0, 0, CALLER_EXTENSION },
	{ 0, 0, CALLER_LIBRARY },			{ 0, 0, CALLER_SHIM },
};

/*
 * Where entries.so keeps the displaced instructions of the interpreter's functions and of libc's: a call among them is the
 * interpreter's, or libc's, though no loaded object holds it. Null where entries.so is not loaded.
 */
extern const struct object pyinterpose_stubs __attribute__((weak));
extern const struct object pyinterpose_libc_stubs __attribute__((weak));

struct search {
	uintptr_t address;
	const struct object *found;
};

static int visit(struct dl_phdr_info *info, size_t size, void *data);
static int visit_still_loaded(struct dl_phdr_info *info, size_t size, void *data);
static int caller_of(const struct dl_phdr_info *info);
static int is_executable(const char *name);
static int is_interpreter_file(const char *path);
static int is_file(const char *path, const char *identity);
static int caller_by_symbols(const struct dl_phdr_info *info);
static int names_module(const char *symbol, const char *path);

const struct object *objects_find(const void *address)
{
	struct search search = { (uintptr_t)address, NULL };
	int count = atomic_load_explicit(&reserved, memory_order_acquire);
	for (int i = 0; i < count && i < MOST_OBJECTS; i++)
		if (atomic_load_explicit(&published[i], memory_order_acquire) && search.address - table[i].low < table[i].size)
			return &table[i];
	if (&pyinterpose_stubs != NULL && search.address - pyinterpose_stubs.low < pyinterpose_stubs.size)
		return &pyinterpose_stubs;
	if (&pyinterpose_libc_stubs != NULL && search.address - pyinterpose_libc_stubs.low < pyinterpose_libc_stubs.size)
		return &pyinterpose_libc_stubs;
	int kept = errno;
	dl_iterate_phdr(visit, &search);
	errno = kept;
	return search.found != NULL ? search.found : &by_role[CALLER_LIBRARY];
}

void objects_forget(void)
{
	int count = atomic_load_explicit(&reserved, memory_order_acquire);
	for (int i = 0; i < count && i < MOST_OBJECTS; i++)
		if (atomic_load_explicit(&published[i], memory_order_acquire) && !dl_iterate_phdr(visit_still_loaded, &table[i]))
			atomic_store_explicit(&published[i], 0, memory_order_release);
}

static int visit_still_loaded(struct dl_phdr_info *info, size_t size, void *data)
{
	const struct object *object = data;
	(void)size;
	return loaded_segment(info, object->low, PF_X) != NULL;
}

int objects_ours(const void *address)
{
	extern const char __ehdr_start HIDDEN;
	extern const char _end HIDDEN;
	/* Of a shim that is two objects (sweep/runtime.c), where the other one begins and ends; null elsewhere. */
	extern const char *const objects_also_ours[2] __attribute__((weak)) HIDDEN;
	uintptr_t at = (uintptr_t)address;
	if (objects_also_ours != NULL && at >= (uintptr_t)objects_also_ours[0] && at < (uintptr_t)objects_also_ours[1])
		return 1;
	return at >= (uintptr_t)&__ehdr_start && at < (uintptr_t)&_end;
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	(void)size;
	const ElfW(Phdr) *segment = loaded_segment(info, search->address, PF_X);
	if (segment == NULL)
		return 0;
	int caller = caller_of(info);
	int index = atomic_fetch_add_explicit(&reserved, 1, memory_order_acq_rel);
	if (index >= MOST_OBJECTS) {
		atomic_store_explicit(&reserved, MOST_OBJECTS, memory_order_release);
		search->found = &by_role[caller == CALLER_SHIM ? CALLERS : caller];
		return 1;
	}
	table[index] = (struct object){ info->dlpi_addr + segment->p_vaddr, segment->p_memsz, caller };
	atomic_store_explicit(&published[index], 1, memory_order_release);
	search->found = &table[index];
	return 1;
}

static int caller_of(const struct dl_phdr_info *info)
{
	if (objects_is_interpreter(loaded_name(info)))
		return CALLER_INTERPRETER;
	return is_executable(loaded_name(info)) ? CALLER_EXECUTABLE : caller_by_symbols(info);
}

/* The main program has no name in the loader's list. */
static int is_executable(const char *name)
{
	return name == NULL || name[0] == '\0';
}

/* The driver names the interpreter by device and inode, because the loader's name for it may be any path to it. */
int objects_is_interpreter(const char *name)
{
	char path[PATH_MAX];
	if (!is_executable(name))
		return is_interpreter_file(name);
	if (is_interpreter_file("/proc/self/exe"))
		return 1;
	/* Under an emulator that link is the emulator, and reading it is emulated. */
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	if (length < 0)
		return 0;
	path[length] = '\0';
	return is_interpreter_file(path);
}

static int is_interpreter_file(const char *path)
{
	return is_file(path, getenv("PYINTERPOSE_INTERPRETER"));
}

int objects_is_libc(const char *name)
{
	return !is_executable(name) && is_file(name, getenv("PYINTERPOSE_LIBC"));
}

static int is_file(const char *path, const char *identity)
{
	struct stat status;
	char *end;
	if (identity == NULL || stat(path, &status) != 0)
		return 0;
	return strtoull(identity, &end, 10) == status.st_dev && *end == ':' && strtoull(end + 1, &end, 10) == status.st_ino &&
				 *end == '\0';
}

static int caller_by_symbols(const struct dl_phdr_info *info)
{
	struct loaded_tables tables = loaded_tables(info);
	if (tables.symbols == NULL || tables.strings == NULL)
		return CALLER_LIBRARY;
	uint32_t count = loaded_symbols(&tables);
	int caller = CALLER_LIBRARY;
	for (uint32_t i = 1; i < count; i++) {
		const char *name = tables.strings + tables.symbols[i].st_name;
		if (tables.symbols[i].st_shndx == SHN_UNDEF)
			continue;
		/* A swept shim also overrides the PyInit_ functions of the modules that are built in. */
		if (strncmp(name, "pyinterpose_canary_", 19) == 0)
			return CALLER_SHIM;
		if (strcmp(name, "pyinterpose_call") == 0 || names_module(name, loaded_name(info)))
			caller = CALLER_EXTENSION;
	}
	return caller;
}

/* PyInit_name since 3.0; initname in 2.7, where the file may be name.so or namemodule.so. */
static int names_module(const char *symbol, const char *path)
{
	if (strncmp(symbol, "PyInit_", 7) == 0 || strncmp(symbol, "PyInitU_", 8) == 0)
		return 1;
	if (strncmp(symbol, "init", 4) != 0 || symbol[4] == '\0')
		return 0;
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t stem = strcspn(base, "."), name = strlen(symbol + 4);
	if (strncmp(base, symbol + 4, name) != 0)
		return 0;
	return stem == name || (stem == name + 6 && strncmp(base + name, "module", 6) == 0);
}
