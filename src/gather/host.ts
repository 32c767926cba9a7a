/** This file tells which machine the report was made on, and steadies it for counting. */

import {machine, release} from 'node:os';
import {reader} from '../ledger/native.js';
import type {Host} from '../model/report.js';

export function hostFacts(): Host {
	return {machine: machine(), libc: reader().reader_libc(), kernel: release()};
}

export {fixAddresses} from '../ledger/native.js';
