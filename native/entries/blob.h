/* This file declares reading a blob of entry counters (entries.h). */
#ifndef PYINTERPOSE_ENTRIES_BLOB_H
#define PYINTERPOSE_ENTRIES_BLOB_H

#include "entries.h"

/* What follows the header, in turn; the code is aligned. */
#define PATCHES(file) ((const struct patch *)((file) + 1))
#define REDIRECTIONS(file) ((const struct redirection *)(PATCHES(file) + (file)->patches))
#define NAMES(file) ((const struct name *)(REDIRECTIONS(file) + (file)->redirections))
#define FIXUPS(file) ((const struct fixup *)(NAMES(file) + (file)->names))
#define CODE_OFFSET(file)                                                                                         \
	((sizeof(struct blob) + (uint64_t)(file)->patches * sizeof(struct patch) +                                      \
		(uint64_t)(file)->redirections * sizeof(struct redirection) + (uint64_t)(file)->names * sizeof(struct name) + \
		(uint64_t)(file)->fixups * sizeof(struct fixup) + 15) &                                                       \
	 ~UINT64_C(15))

/* Maps the blob at a path, for good, once it is seen to be whole and for this CPU. */
enum entries_reason blob_read(const char *path, const struct blob **out);

#endif
