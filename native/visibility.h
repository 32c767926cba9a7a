/* This file names the two visibilities that our objects give what they define; the compiler's own is hidden (binding.gyp). */
#ifndef PYINTERPOSE_VISIBILITY_H
#define PYINTERPOSE_VISIBILITY_H

/* Seen by other objects: overrides, and what is called through dlsym or ffi-napi. */
#define EXPORT __attribute__((visibility("default")))

/* Said where assembly of the same object refers to it, so that no GOT slot stands between. */
#define HIDDEN __attribute__((visibility("hidden")))

#endif
