import { parse } from 'unbash';
import type { Script } from 'unbash';

/**
 * The syntax tree of a shell script, or the part of it that could be read. `undefined` where parsing
 * would take long: for texts that are large, or that nest or repeat what takes quadratic time.
 */
export const parseShell = (text: string): Script | undefined => {
  if (text.length > MAX_TEXT || !isShallow(text)) return undefined;
  try {
    return parse(text);
  } catch (error) {
    // Some constructs are read by recursion without a bound.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** Large scripts, those of `configure` included, have this size. */
const MAX_TEXT = 512 * 1024;

/** Open parentheses and braces; scripts that people write stay below ten. */
const MAX_DEPTH = 50;

/** Here-documents of one script. */
const MAX_HERE_DOCUMENTS = 500;

/** Quotes and comments count as well: what closes there is not missed, and the bound is generous. */
const isShallow = (text: string): boolean => {
  let depth = 0;
  let hereDocuments = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === OPEN_PAREN || char === OPEN_BRACE) {
      if (++depth > MAX_DEPTH) return false;
    } else if (char === CLOSE_PAREN || char === CLOSE_BRACE) {
      // Patterns of `case` close what nothing opened.
      if (depth > 0) depth--;
    } else if (char === LESS && text.charCodeAt(at + 1) === LESS) {
      if (++hereDocuments > MAX_HERE_DOCUMENTS) return false;
      at++;
    }
  }
  return true;
};

const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LESS = 0x3c;
