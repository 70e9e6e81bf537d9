import type { Option } from '../options/option.ts';

/** How an option is written: `-o, --output <TARGET>`. */
export const notationOf = (name: string, { short, value }: Option): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`;

/** The description of an option in help, with its choices and its default. */
export const describeOption = (option: Option): string => {
  const { choices, help, default: value } = option;
  const notes = [
    ...(isRepeatable(option) ? ['repeatable'] : []),
    ...(value === undefined ? [] : [`default: ${formatDefault(option)}`]),
  ];
  return [
    ...(choices === undefined ? [] : [`${choices.join(', ')}:`]),
    help,
    ...(notes.length === 0 ? [] : [`(${notes.join(', ')})`]),
  ].join(' ');
};

/** Whether an option may be given more than once, with values that add up. */
export const isRepeatable = ({ type }: Option): boolean =>
  type === 'texts' ||
  type === 'pairs' ||
  type === 'globs' ||
  type === 'files' ||
  type === 'names' ||
  type === 'platforms';

const formatDefault = ({ type, default: value }: Option): string => {
  if (type === 'size') return formatBinarySize(value as number);
  return Array.isArray(value) ? value.join(' ') : String(value);
};

/** Bytes as one would type them: `64GiB`. */
const formatBinarySize = (bytes: number): string => {
  const units = ['', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${units[unit]}`;
};
