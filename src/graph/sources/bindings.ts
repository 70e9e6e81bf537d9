import type { Language } from './language.ts';

/** A place in a source where something gets its value. */
export interface Binding {
  /** Where the expression begins that it gets; `undefined`: something that the source does not say, such as what a caller passes. */
  readonly at: number | undefined;
  /** It is an element of that, or becomes one; what is added to it makes it longer. */
  readonly how: 'value' | 'from-elements' | 'to-elements' | 'longer';
}

/** A piece of a source, and where it begins there. */
export interface SourcePart {
  readonly start: number;
  readonly text: string;
}

/** The lines of a source around a name, as far as a binding of it may reach: names are many, and sources long. */
export const partsAround = (source: string, name: string): SourcePart[] => {
  const parts: SourcePart[] = [];
  let [start, end] = [0, 0];
  const close = (): void => {
    if (end > start) parts.push({ start, text: source.slice(start, end) });
  };
  for (let at = source.indexOf(name); at >= 0; at = source.indexOf(name, at + name.length)) {
    const from = Math.max(0, at - REACH);
    if (from > end) {
      close();
      start = Math.max(end, from - REACH, source.lastIndexOf('\n', from) + 1);
    }
    end = Math.min(source.length, at + name.length + REACH);
  }
  close();
  return parts;
};

/** Characters before and behind a name: longer than what any pattern takes there. */
const REACH = 800;

/** Finds where a source gives a variable, a constant, an attribute or a member of a table its value. */
export const bindingsOf = (
  parts: readonly SourcePart[],
  name: string,
  language: Language,
): Binding[] => {
  const bindings: Binding[] = [];
  const add = (pattern: RegExp, how: Binding['how'] | 'unknown'): void => {
    for (const { start, text } of parts)
      for (const match of text.matchAll(pattern)) {
        if (bindings.length >= MAX_BINDINGS) return;
        const at = match.indices?.groups?.['from']?.[0] ?? match.index + match[0].length;
        if (how === 'unknown') bindings.push({ at: undefined, how: 'value' });
        else bindings.push({ at: start + at, how });
      }
  };
  const it = `(?<!\\w)[$@%&]{0,2}${name}(?![\\w?!])`;
  // `name = x`, `self.name: str = x`, `name := x`, `name ||= x`
  add(
    new RegExp(
      `${it}(?:[ \\t]{0,4}:[ \\t]{0,4}[\\w[\\]., |?<>'"]{1,60}?)?[ \\t]{0,4}(?:\\|\\||\\?\\?|//|:)?=(?![=~>])\\s{0,4}`,
      'g',
    ),
    'value',
  );
  add(new RegExp(`${it}\\s{0,4}[+.]=\\s{0,4}`, 'g'), 'longer');
  add(new RegExp(`${it}[[{][^\\]}\\n]{0,100}[\\]}]\\s{0,4}=(?![=~>])\\s{0,4}`, 'g'), 'to-elements');
  add(
    new RegExp(`${it}(?:\\.(?:append|push|add|extend|concat)\\s{0,4}\\(|\\s{0,4}<<)\\s{0,4}`, 'g'),
    'to-elements',
  );
  add(new RegExp(`${it}\\.(?:insert|unshift|prepend|update|merge!?)\\b`, 'g'), 'unknown');
  add(new RegExp(`(?:push|unshift)\\s{0,4}\\(?\\s{0,4}@${name}\\s{0,4},`, 'g'), 'to-elements');
  // `"name": x`, `name: x`, `name => x`
  const key = language.name === 'python' ? `["']${name}["']` : `(?<![\\w$@%])["']?${name}["']?`;
  add(new RegExp(`${key}\\s{0,4}(?::(?!:)|=>)\\s{0,4}`, 'g'), 'value');
  // `for name in x`, `for my $name (x)`, `foreach (x as $name)`, `x.each do |name|`, `x.find((name) =>`
  add(
    new RegExp(
      `\\bfor(?:each)?\\s{0,4}\\(?\\s{0,4}(?:my|const|let|var|our)?\\s{0,4}[$@]?${name}\\s{0,4}(?:(?:in|of)\\b\\s{0,4}|(?=\\())`,
      'g',
    ),
    'from-elements',
  );
  add(
    new RegExp(
      `\\bforeach\\s{0,4}\\(\\s{0,4}(?<from>[^;{}]{1,300}?)\\s+as\\s+(?:\\$\\w+\\s{0,4}=>\\s{0,4})?&?\\$${name}\\b`,
      'dg',
    ),
    'from-elements',
  );
  add(
    new RegExp(
      `(?:^|[=(;{]|\\breturn)[ \\t]*(?<from>[^=(;{}\\n]{1,300}?)\\.(?:${ITERATORS})\\b[^|\\n=]{0,20}\\|\\s{0,4}${name}\\s{0,4}\\|`,
      'dgm',
    ),
    'from-elements',
  );
  add(
    new RegExp(
      `(?:^|[=(;{]|\\breturn)[ \\t]*(?<from>[^=(;{}\\n]{1,300}?)\\.(?:${ITERATORS})\\(\\s{0,4}(?:async\\s)?\\(?\\s{0,4}${name}\\b\\)?\\s{0,4}=>`,
      'dgm',
    ),
    'from-elements',
  );
  // What callers pass, and what is taken apart.
  add(
    new RegExp(
      `\\b(?:def|function|fn|func|lambda|sub)\\b[^\\n({:]{0,80}[ (][^)\\n]{0,300}?(?<![\\w.])[$@&*]{0,2}${name}\\b`,
      'g',
    ),
    'unknown',
  );
  add(
    new RegExp(
      `\\([^()\\n]{0,200}(?<![\\w.])${name}\\b[^()\\n]{0,200}\\)\\s{0,4}=>|(?<!=\\s{0,4})\\b${name}\\s{0,4}=>(?=\\s{0,4}[\\w{(])`,
      'g',
    ),
    'unknown',
  );
  add(
    new RegExp(
      `^[ \\t]*(?:(?:async|static|public|private)[ \\t]+){0,2}(?!if\\b|for|while\\b|switch\\b|catch\\b)\\w+\\([^()\\n]{0,200}(?<![\\w.])${name}\\b[^()\\n]{0,200}\\)[ \\t]*\\{`,
      'gm',
    ),
    'unknown',
  );
  const other = '\\s{0,4}[\\w.$@*]{1,60}\\s{0,4}';
  add(
    new RegExp(
      `^[ \\t]*(?:my|our|const|let|var)?\\s{0,4}[[({]?(?:(?:${other},){1,9}\\s{0,4}[$@*]{0,2}${name}\\s{0,4}(?:,${other}){0,9}|\\s{0,4}[$@*]{0,2}${name}\\s{0,4}(?:,${other}){1,9})[\\])}]?\\s{0,4}=(?![=>~])`,
      'gm',
    ),
    'unknown',
  );
  add(
    new RegExp(
      `\\bfor\\b[^\\n:;]{0,100},\\s{0,4}[$]?${name}\\b[^\\n:;]{0,60}\\b(?:in|of)\\b|\\bas\\s+${name}\\b`,
      'g',
    ),
    'unknown',
  );
  return bindings;
};

const MAX_BINDINGS = 100;

const ITERATORS =
  'each|each_with_index|find|detect|map|any\\?|some|select|filter|flat_map|forEach|flatMap|reject|all\\?';
