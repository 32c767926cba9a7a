/*
 * This file makes the interpreter's functions count their entries, and those of libc's that the driver wants counted (PYINTERPOSE_ENTRIES_LIBC).
 *
 * An override counts the calls that reach it. To see those that pass it by, every exported function gets an inline hook: before the
 * program begins, the stubs of the blob that PYINTERPOSE_ENTRIES names are mapped near the interpreter, and a jump to its stub is
 * written at each function's entry (entries.h says what a stub does). An override forwards to where the stub resumes, behind its
 * counter, so that what the counter sees is exactly what no override has seen.
 *
 * Keep these rules: all or nothing, and every reason for nothing is in the ledger; a byte is written only where the original was
 * checked; no page is writable and executable at once; nothing is allocated; errno is kept. What is exported may be called before
 * our constructor has run: a shim's constructor that comes first asks where to forward to.
 */
#include "entries.h"
#include "../objects.h"
#include "../page.h"
#include "../unload.h"
#include "../slots.h"
#include "../told.h"
#include "blob.h"
#include "interpreter.h"
#include "names.h"
#include "role.h"
#include "stubs.h"
#include "../visibility.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where the counters would count before anything is patched, which nothing does; start() replaces it. */
static struct ledger none;
struct ledger *_Atomic page_current = &none;

/* Half of the address space: more than any code is large, and its highest bit alone tells. */
#define NOT_MAIN (UINTPTR_MAX / 2 + 1)

/*
 * What the assembly reads: the interpreter's code; the ledger in the main thread, null in any other; and how far behind a slot's
 * row of the main thread the row lies that the other threads share, in bytes.
 */
HIDDEN uintptr_t entries_low, entries_size;
HIDDEN _Thread_local struct ledger *entries_main_ledger __attribute__((tls_model("initial-exec")));
/* What the stubs of a sweep read: as entries_low in the main thread. No return address is as much above it in any other. */
HIDDEN _Thread_local uintptr_t entries_main_low __attribute__((tls_model("initial-exec"))) = NOT_MAIN;
HIDDEN uint64_t entries_to_shared_row;
HIDDEN void entries_count(void);
HIDDEN void entries_count_libc(void);

/* The stubs, whose displaced instructions are the interpreter's code, and libc's: seen from objects.c of every shim. */
EXPORT struct object pyinterpose_stubs = { 0, 0, CALLER_INTERPRETER };
EXPORT struct object pyinterpose_libc_stubs = { 0, 0, CALLER_LIBRARY };

/* An object of which functions are patched; the blob is null until all of them are. */
struct patched {
	struct interpreter object;
	const struct blob *blob;
	uint8_t *stubs;
};

static _Atomic int begun;
static struct patched interpreter, libc;
static struct patched *const all[] = { &interpreter, &libc };
#define OBJECTS (sizeof all / sizeof all[0])
/* The size of the ledger beside the interpreter's stubs; 0 where these count in none. Whether calls are counted at their sites. */
static uint64_t beside;
static int at_sites;

EXPORT void *pyinterpose_resume(void *entry);
EXPORT const void *pyinterpose_origin(const void *address);
EXPORT void pyinterpose_canary_entries(void);

static void be_main(void);
static void be_other(void);
static void start(void);
static void after_fork_in_child(void);
static void *resume_in(const struct patched *patched, void *entry);
static const void *origin_in(const struct patched *patched, const void *address);
static enum entries_reason patch_interpreter(uint32_t slots);
static enum entries_reason patch_libc(uint32_t slots);
static enum entries_reason prepare(struct patched *patched, const char *variable, uint32_t slots,
																	 int find(struct interpreter *out), const struct blob **out);
static struct stubs_head head_of(void (*counter)(void), uintptr_t low, uintptr_t size);
static int counts_at_sites(void);
static int is_redirected(const struct redirection *redirection);
static int counts_copies(void);
static enum entries_reason patch_all(const struct blob *file);
static const struct patched *owner_of(uint32_t slot, uintptr_t *entry);
static uintptr_t entry_of(uint32_t slot);
static int is_libcs(uint32_t slot);
static int is_in_libc(uintptr_t address);
static uint32_t counted(const struct patched *patched);
static struct ledger *early_page(uint32_t slots);
static uint32_t ledger_slots(void);

/* The canary is how objects.c knows a shim, and its family's bit is the handshake. */
void pyinterpose_canary_entries(void)
{
}

/*
 * Where the stub of a function resumes; its entry, where it has no stub. An override forwards to it, so that a call that ran the
 * override is not counted as an entry too. May be called before our constructor has run.
 */
void *pyinterpose_resume(void *entry)
{
	start();
	for (size_t i = 0; i < OBJECTS; i++)
		if (all[i]->blob != NULL)
			entry = resume_in(all[i], entry);
	return entry;
}

static void *resume_in(const struct patched *patched, void *entry)
{
	const struct blob *blob = patched->blob;
	uint64_t address = (uintptr_t)entry - patched->object.base;
	uint32_t low = 0, high = blob->patches;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (PATCHES(blob)[middle].entry < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == blob->patches || PATCHES(blob)[low].entry != address)
		return entry;
	return (void *)(uintptr_t)(patched->stubs + PATCHES(blob)[low].resume);
}

/*
 * The place in the interpreter, or in libc, for which an address in the stubs stands: for a return address among displaced instructions, where the
 * instruction returns to in the function; for a redirected call's target, the function's entry. Any other is returned as it is.
 */
const void *pyinterpose_origin(const void *address)
{
	for (size_t i = 0; i < OBJECTS; i++)
		if (all[i]->blob != NULL && (uintptr_t)address - (uintptr_t)all[i]->stubs < all[i]->blob->code_size)
			return origin_in(all[i], address);
	return address;
}

static const void *origin_in(const struct patched *patched, const void *address)
{
	const struct blob *blob = patched->blob;
	uintptr_t base = patched->object.base, offset = (uintptr_t)address - (uintptr_t)patched->stubs;
	if (offset >= blob->site_stubs + SITE_STUB_HEAD) {
		uint32_t head[2];
		memcpy(head, patched->stubs + offset - SITE_STUB_HEAD, sizeof head);
		/* Only before the beginning of a site stub; before a return address there is a call. */
		if (head[0] != SITE_STUB_MARK || head[1] >= blob->patches)
			return address;
		return (const void *)(base + PATCHES(blob)[head[1]].entry);
	}
	for (uint32_t i = 0; i < blob->patches; i++) {
		const struct patch *patch = &PATCHES(blob)[i];
		if (patch->jump_back == offset)
			return (const void *)(base + patch->at + patch->displaced);
		if (patch->resume == offset)
			return (const void *)(base + patch->entry);
	}
	return address;
}

__attribute__((constructor)) static void constructor(void)
{
	start();
	if (interpreter.blob == NULL && libc.blob == NULL)
		return;
	/* Without a row for the other threads, the main thread shares theirs. */
	if (entries_to_shared_row != 0)
		be_main();
	pthread_atfork(NULL, NULL, after_fork_in_child);
	unload_prepare();
}

/*
 * Names that led elsewhere in the end were counted as honored too often: the ledger says how many. An object whose every call was the
 * last thing that it did has returned to nowhere of its own, so that nothing was told of it yet.
 */
__attribute__((destructor)) static void at_exit(void)
{
	told_objects();
	if (at_sites && !in_forked_child)
		atomic_store(&atomic_load(&page_current)->names_changed, names_changed(&interpreter.object, interpreter.blob));
}

static void be_main(void)
{
	entries_main_ledger = atomic_load(&page_current);
	if (beside != 0)
		entries_main_low = entries_low;
}

static void be_other(void)
{
	entries_main_ledger = NULL;
	entries_main_low = NOT_MAIN;
}

/* Runs after page.c's, which was registered before. */
static void after_fork_in_child(void)
{
	int counted = !in_forked_child;
	if (counted && entries_to_shared_row != 0)
		be_main();
	else
		be_other();
	if (beside != 0 && counted)
		stubs_remap_ledger(interpreter.blob, interpreter.stubs, page_path(), beside);
	else if (beside != 0)
		stubs_unmap_ledger(interpreter.blob, interpreter.stubs, beside);
	if (!counted)
		role_stop();
}

static void start(void)
{
	if (atomic_exchange(&begun, 1) != 0)
		return;
	int kept = errno;
	uint32_t slots = ledger_slots();
	struct ledger *early = early_page(slots);
	if (early != NULL) {
		page_enter(early, slots);
		struct ledger *page = atomic_load(&page_current);
		if (page != &none) {
			enum entries_reason reason = patch_interpreter(slots);
			atomic_store(&page->entries,
									 (uint64_t)reason << 32 | counted(&interpreter) | (counts_copies() ? ENTRIES_COPIES : 0));
			if (reason == ENTRIES_NONE)
				page_ready(FAMILY_entries);
			reason = patch_libc(slots);
			atomic_store(&page->libc_entries, (uint64_t)reason << 32 | counted(&libc));
		}
	}
	preload_strip();
	errno = kept;
}

static enum entries_reason patch_interpreter(uint32_t slots)
{
	const struct blob *file;
	enum entries_reason reason = prepare(&interpreter, "PYINTERPOSE_ENTRIES", slots, interpreter_find, &file);
	if (reason != ENTRIES_NONE)
		return reason;
	const struct interpreter *object = &interpreter.object;
	struct stubs_head head = head_of(entries_count, object->code, object->code_size);
	uint64_t size = atomic_load(&page_current)->size;
	interpreter.stubs = stubs_map(object, file, &head, size, &reason);
	if (interpreter.stubs == NULL)
		return reason;
	if (file->ledger != 0) {
		if (!stubs_map_ledger(file, interpreter.stubs, page_path(), size))
			return ENTRIES_NO_LEDGER;
		beside = size;
	}
	entries_low = object->code;
	entries_size = object->code_size;
	entries_to_shared_row = (uint64_t)file->to_shared_row * LEDGER_ROW_SIZE;
	at_sites = beside != 0 && counts_at_sites();
	if (at_sites)
		names_prepare(object, file);
	reason = patch_all(file);
	if (reason != ENTRIES_NONE)
		beside = 0, at_sites = 0;
	return reason;
}

/* A range of no size: entries_count_libc is asked about every caller. */
static enum entries_reason patch_libc(uint32_t slots)
{
	const struct blob *file;
	enum entries_reason reason = prepare(&libc, "PYINTERPOSE_ENTRIES_LIBC", slots, interpreter_find_libc, &file);
	if (reason != ENTRIES_NONE)
		return reason;
	struct stubs_head head = head_of(entries_count_libc, 0, 0);
	libc.stubs = stubs_map(&libc.object, file, &head, 0, &reason);
	if (libc.stubs == NULL)
		return reason;
	entries_to_shared_row = (uint64_t)file->to_shared_row * LEDGER_ROW_SIZE;
	pyinterpose_libc_stubs = (struct object){ (uintptr_t)libc.stubs, file->code_size, CALLER_LIBRARY };
	/* Known before the first entry, which comes as soon as the first jump is written. */
	libc.blob = file;
	if (stubs_jump_in_place(&libc.object, file, libc.stubs) == 0)
		return ENTRIES_NONE;
	libc.blob = NULL;
	return ENTRIES_PROTECTED;
}

static enum entries_reason prepare(struct patched *patched, const char *variable, uint32_t slots,
																	 int find(struct interpreter *out), const struct blob **out)
{
	const char *path = getenv(variable);
	enum entries_reason reason = path == NULL ? ENTRIES_UNREADABLE : blob_read(path, out);
	if (reason != ENTRIES_NONE)
		return reason;
	if ((*out)->patches == 0)
		return ENTRIES_NOTHING;
	if ((*out)->slots > slots)
		return ENTRIES_FEW_SLOTS;
	if (find(&patched->object) != 0)
		return ENTRIES_NO_INTERPRETER;
	if (!interpreter_is_of(&patched->object, *out))
		return ENTRIES_OTHER_INTERPRETER;
	if (!interpreter_is_as_filed(&patched->object, *out))
		return ENTRIES_OTHER_BYTES;
	static const struct role_functions functions = { entry_of, is_libcs, is_in_libc };
	return role_prepare(&functions) ? ENTRIES_NONE : ENTRIES_OLD_CPU;
}

/*
 * Not where the overrides are to count literally, every call running through them: that is asked for (PYINTERPOSE_LITERAL), or call
 * sites are to be told (PYINTERPOSE_SITES), which the overrides do.
 */
static int counts_at_sites(void)
{
	const char *literal = getenv("PYINTERPOSE_LITERAL");
	return (literal == NULL || strcmp(literal, "1") != 0) && getenv("PYINTERPOSE_SITES") == NULL;
}

/* Their counts are the rows of a second phase, which the ledger has where they are asked for. */
static int counts_copies(void)
{
	return at_sites && atomic_load(&page_current)->phases >= 2;
}

static int is_redirected(const struct redirection *redirection)
{
	switch (redirection->kind) {
	case REDIRECTION_PAST:
		return 1;
	case REDIRECTION_BOUND:
		return at_sites;
	default:
		return at_sites && names_honored(redirection->slot);
	}
}

static struct stubs_head head_of(void (*counter)(void), uintptr_t low, uintptr_t size)
{
	uintptr_t thread = 0;
#if defined(__x86_64__)
	__asm__("mov %%fs:0, %0" : "=r"(thread));
#endif
	uintptr_t main_ledger = (uintptr_t)&entries_main_ledger - thread, main_low = (uintptr_t)&entries_main_low - thread;
	return (struct stubs_head){ (uintptr_t)counter, low, size, main_ledger, main_low, 0 };
}

static enum entries_reason patch_all(const struct blob *file)
{
	const struct interpreter *object = &interpreter.object;
	uint8_t *stubs = interpreter.stubs;
	if (interpreter_protect(object, 1) != 0) {
		interpreter_protect(object, 0);
		return ENTRIES_PROTECTED;
	}
	if (at_sites)
		interpreter_copy(object);
	for (uint32_t i = 0; i < file->patches; i++)
		if (PATCHES(file)[i].slot != BLOB_COPY_SLOT || counts_copies())
			stubs_jump(object, &PATCHES(file)[i], stubs);
	for (uint32_t i = 0; i < file->redirections; i++)
		if (is_redirected(&REDIRECTIONS(file)[i]))
			stubs_redirect(object, &REDIRECTIONS(file)[i], stubs);
	if (interpreter_protect(object, 0) != 0) {
		interpreter_restore(object);
		return ENTRIES_PROTECTED;
	}
	pyinterpose_stubs = (struct object){ (uintptr_t)stubs, file->code_size, CALLER_INTERPRETER };
	interpreter.blob = file;
	return ENTRIES_NONE;
}

/* Null where the slot has no entry counter. */
static const struct patched *owner_of(uint32_t slot, uintptr_t *entry)
{
	for (size_t i = 0; i < OBJECTS; i++) {
		const struct blob *blob = all[i]->blob;
		for (uint32_t j = 0; blob != NULL && j < blob->patches; j++) {
			if (PATCHES(blob)[j].slot != slot)
				continue;
			*entry = all[i]->object.base + PATCHES(blob)[j].entry;
			return all[i];
		}
	}
	return NULL;
}

static uintptr_t entry_of(uint32_t slot)
{
	uintptr_t entry = 0;
	owner_of(slot, &entry);
	return entry;
}

static int is_libcs(uint32_t slot)
{
	uintptr_t entry;
	return libc.blob != NULL && owner_of(slot, &entry) == &libc;
}

static int is_in_libc(uintptr_t address)
{
	return libc.blob != NULL &&
				 (address - libc.object.code < libc.object.code_size || address - (uintptr_t)libc.stubs < libc.blob->code_size);
}

static uint32_t counted(const struct patched *patched)
{
	uint32_t count = 0;
	for (uint32_t i = 0; patched->blob != NULL && i < patched->blob->patches; i++)
		count += PATCHES(patched->blob)[i].slot < BLOB_MOST_SLOTS;
	return count;
}

/* The shape of the ledger is the ledger's own: of the curated list, or of a sweep. 0 where there is none. */
static uint32_t ledger_slots(void)
{
	const char *path = getenv("PYINTERPOSE_LEDGER");
	struct ledger header = { .slots = 0 };
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t got = pread(fd, &header, sizeof header, 0);
	close(fd);
	return got == (ssize_t)sizeof header && header.magic == LEDGER_MAGIC && header.version == LEDGER_VERSION
					 ? header.slots
					 : 0;
}

/* Where a forked child counts. */
static struct ledger *early_page(uint32_t slots)
{
	if (slots == 0)
		return NULL;
	size_t size = sizeof(struct ledger) + (size_t)slots * LEDGER_ROW * sizeof(uint64_t);
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page == MAP_FAILED ? NULL : page;
}
