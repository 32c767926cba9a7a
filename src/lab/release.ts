/** This file compares releases of CPython. */

/** Whether `version` ('3.12.0rc1') is older than the series `release` ('3.13'). */
export function isBefore(version: string, release: string): boolean {
	const [major, minor] = series(version);
	const [otherMajor, otherMinor] = series(release);
	return major === otherMajor ? minor < otherMinor : major < otherMajor;
}

/** '3.11' of '3.11.2'. */
export function seriesOf(version: string): string {
	return series(version).join('.');
}

function series(version: string): [number, number] {
	const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
	return [Number(major), Number(minor)];
}
