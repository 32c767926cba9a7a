/*
 * This file is what an audit puts into a process: an audit module of the loader (LD_AUDIT) that learns of every object as it is loaded
 * and puts a counter at the entry of each function that the driver chose.
 *
 * An audit module has a namespace and a libc of its own, so the libraries that the program preloads stay in their usual place and
 * order, and nothing that this code calls is ever counted. Under an audit module, though, the loader's dlsym allocates: an allocator that
 * looks the real one up by dlsym may then call itself for ever. For such a program this is preloaded instead, behind all others (LD_PRELOAD):
 * it exports nothing that anybody calls, and its constructor runs before theirs (DF_1_INITFIRST).
 *
 * Keep these rules: all or nothing for each object, with the reason in the ledger; a byte is written only where the
 * original was checked; no page is writable and executable at once, and none is taken from under the program's feet.
 */
#include "entered.h"
#include "../entries/blob.h"
#include "../entries/stubs.h"
#include "../visibility.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the driver adds to those of the user's own (src/gather/audit/run.ts). */
#define AUDIT_TUNABLE "glibc.rtld.optional_static_tls=65536"

/* A file's program headers never take more. */
#define SEGMENTS 64

static struct audit_ledger *ledger;
/* The environment of a constructor that runs before libc's own; null in an audit module. */
static char **first;
static const char *folder;
static int started, preloaded;

EXPORT unsigned int la_version(unsigned int version);
EXPORT unsigned int la_objopen(struct link_map *map, Lmid_t namespace, uintptr_t *cookie);
EXPORT unsigned int la_objclose(uintptr_t *cookie);
EXPORT void la_activity(uintptr_t *cookie, unsigned int flag);

static const char *variable(const char *name);
static void begin_preloaded(int count, char **words, char **environment);
static int observe_loaded(struct dl_phdr_info *info, size_t size, void *data);
static struct audit_object *add(const char *name);
static void record(const char *path);
static void copy(const char *from, const char *to);
static struct audit_ledger *open_ledger(const char *path);
static int is_meant(const char *identity);
static void prepare(void);
static void begin(void);
static int claim(void);
static void hide(char **environment);
static int is_ours(char *variable);
static int without(char *value, const char *ours);
static void observe(struct audit_object *object, const char *path);
static int read_headers(const char *path, ElfW(Phdr) * segments);
static enum entries_reason watch(struct audit_object *object, const struct interpreter *loaded, const char *path);
static int as_filed(const struct interpreter *loaded, const struct blob *file);

unsigned int la_version(unsigned int version)
{
	prepare();
	/* Zero: the loader forgets this module. */
	return ledger == NULL ? 0 : version;
}

/* Tells of this process where that is asked for; finds the ledger, if this is the process to watch. */
static void prepare(void)
{
	const char *processes = variable("PYINTERPOSE_AUDIT_PROCESSES");
	if (processes != NULL)
		record(processes);
	folder = variable("PYINTERPOSE_AUDIT");
	const char *program = variable("PYINTERPOSE_AUDIT_PROGRAM");
	if (folder != NULL && program != NULL && is_meant(program))
		ledger = open_ledger(folder);
	if (ledger != NULL && !claim())
		ledger = NULL;
	if (ledger != NULL)
		hide(first == NULL ? environ : first);
}

/*
 * A program copies its environment and allocates for it: with ours in it, an allocator would see other calls than it sees without us. So
 * what the driver added is taken out, in place, before anything of the program runs.
 */
static void hide(char **environment)
{
	char **to = environment;
	for (char **from = environment; *from != NULL; from++)
		if (!is_ours(*from))
			*to++ = *from;
	while (*to != NULL)
		*to++ = NULL;
}

/* What the user has in the same variable is left there. */
static int is_ours(char *variable)
{
	if (strncmp(variable, "LD_AUDIT=", 9) == 0 || strncmp(variable, "PYINTERPOSE_AUDIT", 17) == 0)
		return 1;
	if (strncmp(variable, "GLIBC_TUNABLES=", 15) == 0)
		return without(variable + 15, AUDIT_TUNABLE);
	return preloaded && strncmp(variable, "LD_PRELOAD=", 11) == 0 && without(variable + 11, "/audit.so");
}

/* Cuts the last part of a list, between colons, where it is ours; says whether nothing is left. */
static int without(char *value, const char *ours)
{
	size_t length = strlen(value), size = strlen(ours);
	if (length < size || strcmp(value + length - size, ours) != 0)
		return 0;
	char *colon = strrchr(value, ':');
	if (colon == NULL)
		return 1;
	*colon = '\0';
	return 0;
}

/* getenv knows nothing before libc's own constructor. */
static const char *variable(const char *name)
{
	if (first == NULL)
		return getenv(name);
	size_t length = strlen(name);
	for (char **one = first; *one != NULL; one++)
		if (strncmp(*one, name, length) == 0 && (*one)[length] == '=')
			return *one + length + 1;
	return NULL;
}

/* In an audit module this runs, too, and finds that it was not preloaded. */
__attribute__((constructor)) static void begin_preloaded(int count, char **words, char **environment)
{
	(void)count;
	(void)words;
	first = environment;
	preloaded = variable("PYINTERPOSE_AUDIT_PRELOADED") != NULL;
	if (preloaded)
		prepare();
	if (preloaded && ledger != NULL) {
		int kept = errno;
		dl_iterate_phdr(observe_loaded, NULL);
		begin();
		errno = kept;
	}
	first = NULL;
}

/* What was opened since then is not watched; where it stands must be known to tell who called. */
__attribute__((destructor)) static void end_preloaded(void)
{
	if (ledger != NULL && preloaded)
		dl_iterate_phdr(observe_loaded, NULL);
}

static int observe_loaded(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	uint32_t used = atomic_load(&ledger->objects_used);
	for (uint32_t i = 0; i < used && i < AUDIT_OBJECTS; i++)
		if (ledger->objects[i].base == info->dlpi_addr)
			return 0;
	struct audit_object *object = add(info->dlpi_name);
	if (object != NULL) {
		object->base = info->dlpi_addr;
		observe(object, object->path);
	}
	return 0;
}

/* Which program this process runs, with what words and environment: a wrapper is known by what it starts. */
static void record(const char *path)
{
	static const char *const facts[] = { "cmdline", "environ" };
	char own[PATH_MAX], name[PATH_MAX], from[64];
	ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
	if (length < 0)
		return;
	own[length] = '\0';
	/* A process runs one program after another. */
	for (int number = 0; number < 1000; number++) {
		snprintf(name, sizeof name, "%s/%d.%d", path, (int)getpid(), number);
		if (mkdir(name, 0700) == 0)
			break;
		if (errno != EEXIST)
			return;
	}
	size_t end = strlen(name);
	for (int i = 0; i < 2; i++) {
		snprintf(from, sizeof from, "/proc/self/%s", facts[i]);
		snprintf(name + end, sizeof name - end, "/%s", facts[i]);
		copy(from, name);
	}
	snprintf(name + end, sizeof name - end, "/exe");
	/* Last: what has it is whole. */
	(void)!symlink(own, name);
}

static void copy(const char *from, const char *to)
{
	char bytes[4096];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	for (ssize_t count; in >= 0 && out >= 0 && (count = read(in, bytes, sizeof bytes)) > 0;)
		if (write(out, bytes, (size_t)count) != count)
			break;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
}

/* Whether this process runs the file meant, which the driver names by its device and inode. */
static int is_meant(const char *identity)
{
	struct stat status;
	char own[64];
	if (stat("/proc/self/exe", &status) != 0)
		return 0;
	snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)status.st_dev, (unsigned long long)status.st_ino);
	return strcmp(own, identity) == 0;
}

static struct audit_ledger *open_ledger(const char *path)
{
	char name[PATH_MAX];
	struct stat status;
	snprintf(name, sizeof name, "%s/audit.ledger", path);
	int fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	void *mapped = MAP_FAILED;
	/* A shorter file would be a SIGBUS in somebody else's program. */
	if (fstat(fd, &status) == 0 && (size_t)status.st_size >= sizeof(struct audit_ledger))
		mapped = mmap(NULL, sizeof(struct audit_ledger), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		return NULL;
	struct audit_ledger *found = mapped;
	return found->magic == AUDIT_MAGIC && found->version == AUDIT_VERSION ? found : NULL;
}

/* The first process counts, and only what it runs first: a number that mixes processes answers no question. */
static int claim(void)
{
	uint32_t none = 0;
	if (atomic_compare_exchange_strong(&ledger->process, &none, (uint32_t)getpid()))
		return 1;
	atomic_fetch_add(&ledger->others, 1);
	return 0;
}

unsigned int la_objopen(struct link_map *map, Lmid_t namespace, uintptr_t *cookie)
{
	(void)namespace;
	struct audit_object *object = add(map->l_name);
	*cookie = object == NULL ? UINTPTR_MAX : (uintptr_t)(object - ledger->objects);
	if (object != NULL) {
		object->base = map->l_addr;
		observe(object, object->path);
	}
	return 0;
}

/* A row for one more object; null where there is none left. */
static struct audit_object *add(const char *name)
{
	uint32_t row = atomic_fetch_add(&ledger->objects_used, 1);
	if (row >= AUDIT_OBJECTS) {
		atomic_fetch_add(&ledger->objects_lost, 1);
		return NULL;
	}
	struct audit_object *object = &ledger->objects[row];
	object->startup = !started;
	if (name != NULL && name[0] != '\0') {
		snprintf(object->path, sizeof object->path, "%s", name);
	} else {
		ssize_t length = readlink("/proc/self/exe", object->path, sizeof object->path - 1);
		object->path[length < 0 ? 0 : length] = '\0';
	}
	return object;
}

unsigned int la_objclose(uintptr_t *cookie)
{
	if (*cookie < AUDIT_OBJECTS)
		ledger->objects[*cookie].closed = 1;
	return 0;
}

/* For the first time: all that the program needs is loaded, and nothing of it has run, no constructor either. */
void la_activity(uintptr_t *cookie, unsigned int flag)
{
	(void)cookie;
	if (flag == LA_ACT_CONSISTENT && !started)
		begin();
}

/* From now on entries are counted; what is loaded later comes while the program runs. */
static void begin(void)
{
	started = 1;
	if (entered_begin(ledger) == 0)
		atomic_store(&ledger->ready, 1);
}

/* Only what has a file is watched: the vDSO has none. */
static void observe(struct audit_object *object, const char *path)
{
	ElfW(Phdr) segments[SEGMENTS];
	struct interpreter loaded = { .base = object->base, .segments = segments, .path = path };
	loaded.count = read_headers(path, segments);
	if (loaded.count <= 0)
		return;
	object->low = UINT64_MAX;
	for (int i = 0; i < loaded.count; i++) {
		if (segments[i].p_type != PT_LOAD)
			continue;
		uint64_t low = object->base + segments[i].p_vaddr, high = low + segments[i].p_memsz;
		object->low = low < object->low ? low : object->low;
		object->high = high > object->high ? high : object->high;
	}
	struct stat status;
	char name[PATH_MAX];
	if (stat(path, &status) != 0)
		return;
	snprintf(name, sizeof name, "%s/%llu-%llu.entries", folder, (unsigned long long)status.st_dev,
					 (unsigned long long)status.st_ino);
	if (!(preloaded && started) && access(name, R_OK) == 0)
		object->outcome = watch(object, &loaded, name) + 1;
}

static int read_headers(const char *path, ElfW(Phdr) * segments)
{
	ElfW(Ehdr) header;
	int fd = open(path, O_RDONLY | O_CLOEXEC), count = 0;
	if (fd < 0)
		return 0;
	if (pread(fd, &header, sizeof header, 0) == (ssize_t)sizeof header && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
			header.e_phentsize == sizeof *segments && header.e_phnum <= SEGMENTS) {
		size_t size = header.e_phnum * sizeof *segments;
		if (pread(fd, segments, size, (off_t)header.e_phoff) == (ssize_t)size)
			count = header.e_phnum;
	}
	close(fd);
	return count;
}

static enum entries_reason watch(struct audit_object *object, const struct interpreter *loaded, const char *path)
{
	const struct blob *file;
	enum entries_reason reason = blob_read(path, &file);
	if (reason != ENTRIES_NONE)
		return reason;
	if (!as_filed(loaded, file))
		return ENTRIES_OTHER_BYTES;
	struct stubs_head head = { .counter = (uintptr_t)audit_count };
	uint8_t *stubs = stubs_map(loaded, file, &head, 0, &reason);
	if (stubs == NULL)
		return reason;
	object->stubs = (uintptr_t)stubs;
	object->stubs_size = file->code_size;
	return stubs_jump_in_place(loaded, file, stubs) == 0 ? ENTRIES_NONE : ENTRIES_PROTECTED;
}

static int as_filed(const struct interpreter *loaded, const struct blob *file)
{
	for (uint32_t i = 0; i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		int inside = 0;
		for (int j = 0; j < loaded->count; j++) {
			const ElfW(Phdr) *segment = &loaded->segments[j];
			inside |= segment->p_type == PT_LOAD && segment->p_flags & PF_X && patch->at >= segment->p_vaddr &&
								patch->at + patch->original_size <= segment->p_vaddr + segment->p_filesz;
		}
		if (!inside || memcmp((const void *)(loaded->base + patch->at), patch->original, patch->original_size) != 0)
			return 0;
	}
	return 1;
}
