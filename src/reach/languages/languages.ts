import type { Language } from './language.ts';
import { perl } from './perl.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';

/** Languages for which distributions install packages, among which is chosen. */
export const LANGUAGES: readonly Language[] = [perl, python, ruby];
