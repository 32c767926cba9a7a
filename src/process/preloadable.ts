/** This file tells whether the dynamic loader would read a path in LD_PRELOAD as the one path that it is. */

/**
 * The loader splits its list at spaces and colons (musl at any white space), expands `$ORIGIN` and its like, and
 * searches for a name without a slash. It knows no way to quote.
 */
export function preloadable(path: string): boolean {
	return path.startsWith('/') && !/[\s:$]/.test(path);
}
