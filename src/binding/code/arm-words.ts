/** This file decodes one instruction of the instruction set ARM. Masks and values are from the architecture's manual, chapter A5. */

import {
	type ArmContext,
	addPc,
	branchOnArm,
	branchToRegister,
	loadLiteral,
	overwrittenOnArm,
	pc,
	sumOnArm,
} from './arm-context.js';

const [always, ahead] = [14, 8];

export function decodeArmWord(word: number, at: number, context: ArmContext): void {
	const {registers, visitor} = context;
	const condition = word >>> 28;
	const [rn, rd, rm] = [(word >>> 16) & 15, (word >>> 12) & 15, word & 15];
	const isAlways = condition === always;
	const is = (mask: number, value: number) => (word & mask) >>> 0 === value;
	if (condition === 15) {
		// BLX to Thumb; what else has no condition is for vectors and the system.
		if (is(0xfe00_0000, 0xfa00_0000)) {
			branchOnArm(context, at, at + ahead + distanceOf(word) + ((word >>> 23) & 2), true, true);
		}
	} else if (is(0x0e00_0000, 0x0a00_0000)) {
		branchOnArm(context, at, at + ahead + distanceOf(word), is(0x0100_0000, 0x0100_0000), isAlways);
	} else if (is(0x0fff_ff00, 0x012f_ff00) && ((word >>> 4) & 13) === 1) {
		branchToRegister(context, rm, at, is(0x20, 0x20), isAlways);
	} else if (is(0x0f7f_0000, 0x051f_0000)) {
		const literal = at + ahead + (is(0x0080_0000, 0) ? -1 : 1) * (word & 0xfff);
		if (rd === pc) registers.stop();
		else loadLiteral(context, rd, literal);
	} else if (is(0x0fe0_0ff0, 0x0080_0000)) {
		if (rn === pc || rm === pc) addPc(context, rd, rn === pc ? rm : rn, at, ahead);
		else registers.setAddress(rd, sumOnArm(registers, rn, rm));
	} else if (is(0x0ff0_0ff0, 0x0790_0000)) {
		if (rd === pc) registers.stop();
		else registers.setContent(rd, sumOnArm(registers, rn, rm));
	} else if (is(0x0ff0_0000, 0x0590_0000)) {
		const base = registers.address(rn);
		const slot = base === undefined ? undefined : base + (word & 0xfff);
		if (rd !== pc) registers.setContent(rd, slot);
		else {
			if (slot !== undefined) visitor.indirect(at, slot, false);
			if (isAlways) registers.stop();
		}
	} else if (is(0x0fff_0ff0, 0x01a0_0000)) {
		if (rd === pc) registers.stop();
		else registers.move(rd, rm);
	} else if (is(0x0ff0_0000, 0x0300_0000)) {
		registers.setNumber(rd, sixteen(word));
	} else if (is(0x0ff0_0000, 0x0340_0000)) {
		const lower = registers.number(rd);
		registers.setNumber(rd, lower === undefined ? undefined : ((lower & 0xffff) | (sixteen(word) << 16)) >>> 0);
	} else if (is(0x0e10_0000, 0x0810_0000)) {
		// LDM, and so the return that takes the program counter from the stack.
		for (let register = 0; register < 15; register += 1)
			if (((word >>> register) & 1) === 1) registers.forget(register);
		if (isAlways && is(0x8000, 0x8000)) registers.stop();
		registers.forget(rn);
	} else if (is(0x0f00_0000, 0x0f00_0000)) {
		registers.forget(...overwrittenOnArm);
	} else if (!is(0x0d90_0000, 0x0110_0000)) {
		// Comparisons write none.
		registers.forget(rd, rn);
	}
}

function distanceOf(word: number): number {
	return ((word << 8) >> 8) * 4;
}

function sixteen(word: number): number {
	return ((word >>> 4) & 0xf000) | (word & 0xfff);
}
