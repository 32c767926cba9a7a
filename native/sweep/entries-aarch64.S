/* This file counts one entry of a patched function, on aarch64. */
#if defined(__aarch64__)
#error "to come"
#endif

	.section .note.GNU-stack, "", %progbits
