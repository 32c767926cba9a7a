/** This file holds what the decoders of both instruction sets of arm share. */

import type {CodeVisitor} from './code.js';
import type {KnownRegisters} from './known-registers.js';

/** What both instruction sets are decoded with. */
export interface ArmContext {
	readonly view: DataView;
	/** The address of the first byte. */
	readonly begin: number;
	readonly registers: KnownRegisters;
	readonly visitor: CodeVisitor;
	/** How many instructions are still conditional, by an IT before them. */
	conditional: number;
}

/** r0 to r3, r12, and r14, which holds the return address. */
export const overwrittenOnArm: readonly number[] = [0, 1, 2, 3, 12, 14];
export const pc = 15;

/** The sum of an address and a number makes an address; those of others are not followed. */
export function sumOnArm(registers: KnownRegisters, one: number, other: number): number | undefined {
	const [address, number] = [
		registers.address(one) ?? registers.address(other),
		registers.number(other) ?? registers.number(one),
	];
	return address === undefined || number === undefined ? undefined : (address + number) >>> 0;
}

/** The word that an instruction loads from beside it. */
export function loadLiteral({view, begin, registers}: ArmContext, register: number, at: number): void {
	const offset = at - begin;
	const isHere = offset >= 0 && offset + 4 <= view.byteLength;
	registers.setNumber(register, isHere ? view.getUint32(offset, true) : undefined);
}

/** `add register, pc` makes an address of a distance. */
export function addPc(
	{registers, visitor}: ArmContext,
	register: number,
	from: number,
	at: number,
	ahead: number,
): void {
	const distance = registers.number(from);
	const address = distance === undefined ? undefined : (at + ahead + distance) >>> 0;
	registers.setAddress(register, address);
	if (address !== undefined) visitor.address(at, address);
}

/** BLX and BX. */
export function branchToRegister(
	{registers, visitor, conditional}: ArmContext,
	register: number,
	at: number,
	isCall: boolean,
	isAlways: boolean,
): void {
	const slot = registers.content(register);
	if (slot !== undefined) visitor.indirect(at, slot, isCall);
	if (isCall) registers.forget(...overwrittenOnArm);
	else if (isAlways && conditional === 0) registers.stop();
}

export function branchOnArm(
	{registers, visitor, conditional}: ArmContext,
	at: number,
	target: number,
	isCall: boolean,
	isAlways: boolean,
): void {
	visitor.direct(at, target, isCall);
	if (isCall) {
		registers.forget(...overwrittenOnArm);
		return;
	}
	registers.branch(at, target);
	if (isAlways && conditional === 0) registers.stop();
}
