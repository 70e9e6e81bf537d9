/** What a class of Java refers to. */
export interface ClassFile {
  /** Constants that are texts. Where values are filled in, `\u0001` stands for them. Text as UTF-8 has it. */
  readonly texts: readonly string[];
  /** Classes and functions that it uses, as in `java/lang/Runtime.exec`. */
  readonly uses: ReadonlySet<string>;
}

/**
 * Reads the constants of a compiled class; `undefined` for other files.
 * @see https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html#jvms-4.4
 */
export const readClassFile = (bytes: Buffer): ClassFile | undefined => {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0xcafebabe) return undefined;
  const count = bytes.readUInt16BE(8);
  const names = new Map<number, string>();
  const texts: number[] = [];
  const classes = new Map<number, number>();
  const members: (readonly [owner: number, description: number])[] = [];
  const descriptions = new Map<number, number>();
  let at = 10;
  for (let index = 1; index < count; index++) {
    if (at + 5 > bytes.length) return undefined;
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt16BE(at + 1);
    switch (tag) {
      case TAGS.utf8:
        names.set(index, bytes.toString('utf8', at + 3, at + 3 + first));
        at += 3 + first;
        continue;
      case TAGS.text:
        texts.push(first);
        break;
      case TAGS.class:
        classes.set(index, first);
        break;
      case TAGS.method:
      case TAGS.interfaceMethod:
        members.push([first, bytes.readUInt16BE(at + 3)]);
        break;
      case TAGS.nameAndType:
        descriptions.set(index, first);
        break;
      case TAGS.long:
      case TAGS.double:
        // They count twice.
        index++;
        break;
    }
    const size = SIZES[tag];
    if (size === undefined) return undefined;
    at += size;
  }
  const nameOf = (index: number | undefined): string => names.get(index ?? 0) ?? '';
  return {
    texts: texts.map(nameOf),
    uses: new Set([
      ...[...classes.values()].map(nameOf),
      ...members.map(
        ([owner, description]) =>
          `${nameOf(classes.get(owner))}.${nameOf(descriptions.get(description))}`,
      ),
    ]),
  };
};

const TAGS = {
  utf8: 1,
  long: 5,
  double: 6,
  class: 7,
  text: 8,
  method: 10,
  interfaceMethod: 11,
  nameAndType: 12,
} as const;

/** Bytes of a constant by its tag, the tag included; texts have their own length. */
const SIZES: Readonly<Record<number, number>> = {
  3: 5,
  4: 5,
  5: 9,
  6: 9,
  7: 3,
  8: 3,
  9: 5,
  10: 5,
  11: 5,
  12: 5,
  15: 4,
  16: 3,
  17: 5,
  18: 5,
  19: 3,
  20: 3,
};
