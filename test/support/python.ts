/** This file names the Python that the tests use: the first of $PYTHON, else python3, as the ELF file that it is. */

import {python as find} from '../../scripts/cost/python.js';

export const python = find();
