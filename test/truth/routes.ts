/** This file names the groups of routes to the toy library's leaves that builds treat alike. */

/** Through an address in a table, or one that an instruction takes. */
export const addresses = ['table', 'table_other_unit', 'address', 'address_other_unit'] as const;

/** Calls and tail calls to a function defined in the same unit, the weak one excepted. */
export const ownUnit = ['same_unit', 'tail', 'branch', 'aliased'] as const;

/** Calls and tail calls from anywhere in the library. */
export const calls = [...ownUnit, 'other_unit', 'tail_other_unit', 'weak', 'weak_other_unit', 'versioned'] as const;

export function without<T>(all: readonly T[], ...some: readonly T[]): readonly T[] {
	return all.filter(one => !some.includes(one));
}
