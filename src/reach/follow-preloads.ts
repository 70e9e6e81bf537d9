import { nodeAt } from '../tree/node.ts';
import type { FollowContext } from './follow-context.ts';

/**
 * Notes the libraries that a loader takes into every program: those of LD_PRELOAD and of `/etc/ld.so.preload`.
 * @see https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export const followPreloads = async ({ trace, search }: FollowContext): Promise<void> => {
  const { root, record, environment, finder, readText } = trace;
  const settings = nodeAt(root, 'etc/ld.so.preload');
  const lists = [
    ...(environment.get('LD_PRELOAD') ?? []).map((fields) => ({
      text: fields.join(' '),
      place: { file: undefined, member: 'variable LD_PRELOAD' },
    })),
    ...(settings
      ? [{ text: (await readText(settings, MAX_LIST)) ?? '', place: { file: settings } }]
      : []),
  ];
  for (const { text, place } of lists)
    for (const name of text.split(/[\s:]+/).filter((each) => each !== '')) {
      const found = name.includes('/') ? [finder.at(name)] : await search(name, { folders: [] });
      for (const each of found) if (each) record.need('loads', each, place);
    }
};

const MAX_LIST = 64 * 1024;
