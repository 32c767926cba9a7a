/*
 * This file makes the interpreter's functions count their entries.
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

/*
 * What the assembly reads: the interpreter's code; the ledger in the main thread, null in any other; and how far behind a slot's
 * row of the main thread the row lies that the other threads share, in bytes.
 */
HIDDEN uintptr_t entries_low, entries_size;
HIDDEN _Thread_local struct ledger *entries_main_ledger __attribute__((tls_model("initial-exec")));
HIDDEN uint64_t entries_to_shared_row;
HIDDEN void entries_count(void);

/* The stubs, whose displaced instructions are the interpreter's code: seen from objects.c of every shim. */
EXPORT struct object pyinterpose_stubs = { 0, 0, CALLER_INTERPRETER };

static _Atomic int begun;
/* Null until all is patched. */
static const struct blob *blob;
static uint8_t *stubs;
/* Of the ledger that the site stubs count in; 0 where calls are not counted at their sites. */
static uint64_t sites_ledger;
static struct interpreter interpreter;

EXPORT void *pyinterpose_resume(void *entry);
EXPORT const void *pyinterpose_origin(const void *address);
EXPORT void pyinterpose_canary_entries(void);

static void start(void);
static void after_fork_in_child(void);
static enum entries_reason patch_interpreter(uint32_t slots);
static uintptr_t main_ledger_offset(void);
static uint64_t count_at_sites(const struct blob *file);
static int is_redirected(const struct redirection *redirection);
static enum entries_reason patch_all(const struct blob *file);
static uintptr_t entry_of(uint32_t slot);
static uint32_t counted(void);
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
	if (blob == NULL)
		return entry;
	uint64_t address = (uintptr_t)entry - interpreter.base;
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
	return (void *)(uintptr_t)(stubs + PATCHES(blob)[low].resume);
}

/*
 * The place in the interpreter for which an address in the stubs stands: for a return address among displaced instructions, where the
 * instruction returns to in the function; for a redirected call's target, the function's entry. Any other is returned as it is.
 */
const void *pyinterpose_origin(const void *address)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)stubs;
	if (blob == NULL || offset >= blob->code_size)
		return address;
	if (offset >= blob->site_stubs + SITE_STUB_HEAD) {
		uint32_t head[2];
		memcpy(head, stubs + offset - SITE_STUB_HEAD, sizeof head);
		/* Only before the beginning of a site stub; before a return address there is a call. */
		if (head[0] != SITE_STUB_MARK || head[1] >= blob->patches)
			return address;
		return (const void *)(interpreter.base + PATCHES(blob)[head[1]].entry);
	}
	for (uint32_t i = 0; i < blob->patches; i++) {
		const struct patch *patch = &PATCHES(blob)[i];
		if (patch->jump_back == offset)
			return (const void *)(interpreter.base + patch->at + patch->displaced);
		if (patch->resume == offset)
			return (const void *)(interpreter.base + patch->entry);
	}
	return address;
}

__attribute__((constructor)) static void constructor(void)
{
	start();
	if (blob == NULL)
		return;
	/* Without a row for the other threads, the main thread shares theirs. */
	if (blob->to_shared_row != 0)
		entries_main_ledger = atomic_load(&page_current);
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
	if (sites_ledger != 0 && !in_forked_child)
		atomic_store(&atomic_load(&page_current)->names_changed, names_changed(&interpreter, blob));
}

/* Runs after page.c's, which was registered before. */
static void after_fork_in_child(void)
{
	entries_main_ledger = NULL;
	if (sites_ledger != 0)
		stubs_unmap_ledger(blob, stubs, sites_ledger);
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
			atomic_store(&page->entries, (uint64_t)reason << 32 | counted());
			if (reason == ENTRIES_NONE)
				page_ready(FAMILY_entries);
		}
	}
	preload_strip();
	errno = kept;
}

static enum entries_reason patch_interpreter(uint32_t slots)
{
	const char *path = getenv("PYINTERPOSE_ENTRIES");
	const struct blob *file;
	enum entries_reason reason = path == NULL ? ENTRIES_UNREADABLE : blob_read(path, &file);
	if (reason != ENTRIES_NONE)
		return reason;
	if (file->patches == 0)
		return ENTRIES_NOTHING;
	if (file->slots > slots)
		return ENTRIES_FEW_SLOTS;
	if (interpreter_find(&interpreter) != 0)
		return ENTRIES_NO_INTERPRETER;
	if (!interpreter_is_of(&interpreter, file))
		return ENTRIES_OTHER_INTERPRETER;
	if (!interpreter_is_as_filed(&interpreter, file))
		return ENTRIES_OTHER_BYTES;
	if (!role_prepare(entry_of))
		return ENTRIES_OLD_CPU;
	struct stubs_head head = { (uintptr_t)entries_count, interpreter.code, interpreter.code_size, main_ledger_offset() };
	stubs = stubs_map(&interpreter, file, &head, &reason);
	if (stubs == NULL)
		return reason;
	entries_low = interpreter.code;
	entries_size = interpreter.code_size;
	entries_to_shared_row = (uint64_t)file->to_shared_row * LEDGER_ROW_SIZE;
	sites_ledger = count_at_sites(file);
	return patch_all(file);
}

/*
 * The size of the ledger that the site stubs count in. 0 where the overrides are to count literally, every call running through
 * them: that is asked for (PYINTERPOSE_LITERAL), or call sites are to be told (PYINTERPOSE_SITES), which the overrides do.
 */
static uint64_t count_at_sites(const struct blob *file)
{
	const char *literal = getenv("PYINTERPOSE_LITERAL");
	uint64_t size = atomic_load(&page_current)->size;
	if (file->ledger == 0 || (literal != NULL && strcmp(literal, "1") == 0) || getenv("PYINTERPOSE_SITES") != NULL)
		return 0;
	if (!stubs_map_ledger(file, stubs, getenv("PYINTERPOSE_LEDGER"), size))
		return 0;
	names_prepare(&interpreter, file);
	return size;
}

static int is_redirected(const struct redirection *redirection)
{
	switch (redirection->kind) {
	case REDIRECTION_PAST:
		return 1;
	case REDIRECTION_BOUND:
		return sites_ledger != 0;
	default:
		return sites_ledger != 0 && names_honored(redirection->slot);
	}
}

static uintptr_t main_ledger_offset(void)
{
	uintptr_t thread = 0;
#if defined(__x86_64__)
	__asm__("mov %%fs:0, %0" : "=r"(thread));
#endif
	return (uintptr_t)&entries_main_ledger - thread;
}

static enum entries_reason patch_all(const struct blob *file)
{
	if (interpreter_protect(&interpreter, 1) != 0) {
		interpreter_protect(&interpreter, 0);
		return ENTRIES_PROTECTED;
	}
	for (uint32_t i = 0; i < file->patches; i++)
		stubs_jump(&interpreter, &PATCHES(file)[i], stubs);
	for (uint32_t i = 0; i < file->redirections; i++)
		if (is_redirected(&REDIRECTIONS(file)[i]))
			stubs_redirect(&interpreter, &REDIRECTIONS(file)[i], stubs);
	if (interpreter_protect(&interpreter, 0) != 0) {
		interpreter_restore(&interpreter);
		return ENTRIES_PROTECTED;
	}
	pyinterpose_stubs = (struct object){ (uintptr_t)stubs, file->code_size, CALLER_INTERPRETER };
	blob = file;
	return ENTRIES_NONE;
}

static uintptr_t entry_of(uint32_t slot)
{
	for (uint32_t i = 0; blob != NULL && i < blob->patches; i++)
		if (PATCHES(blob)[i].slot == slot)
			return interpreter.base + PATCHES(blob)[i].entry;
	return 0;
}

static uint32_t counted(void)
{
	uint32_t count = 0;
	for (uint32_t i = 0; blob != NULL && i < blob->patches; i++)
		count += PATCHES(blob)[i].slot != BLOB_MOST_SLOTS;
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
