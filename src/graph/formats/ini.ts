import { linesOf } from './settings.ts';

export interface IniValue {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** Of the key. */
  readonly line: number;
}

/** How a format has values that go on in the next line. */
type Continuation = 'indented' | 'backslash';

/** Reads `[section]`, `key = value` and comments with `;` or `#`. Keys and sections keep their case. */
export const readIni = (text: string, continuation: Continuation): IniValue[] => {
  const values: IniValue[] = [];
  let section = '';
  let isOpen = false;
  for (const [line, raw] of linesOf(text)) {
    const trimmed = raw.trim();
    const last = values.at(-1);
    if (last && isOpen && (continuation === 'backslash' || /^[ \t]/.test(raw))) {
      isOpen = continuation === 'indented' || trimmed.endsWith('\\');
      if (!/^[;#]/.test(trimmed)) {
        const more = trimmed.replace(/\\$/, '');
        values[values.length - 1] = { ...last, value: `${last.value} ${more}`.trim() };
      }
      continue;
    }
    isOpen = false;
    if (trimmed === '' || /^[;#]/.test(trimmed)) continue;
    if (trimmed.startsWith('[') && trimmed.endsWith(']')) {
      section = trimmed.slice(1, -1);
      continue;
    }
    const at = trimmed.indexOf('=');
    if (at < 0) continue;
    const value = trimmed.slice(at + 1).trim();
    isOpen = continuation === 'indented' || value.endsWith('\\');
    values.push({
      section,
      key: trimmed.slice(0, at).trim(),
      value: continuation === 'backslash' ? value.replace(/\\$/, '').trim() : value,
      line,
    });
  }
  return values;
};
