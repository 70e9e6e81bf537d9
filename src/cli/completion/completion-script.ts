import { readdir } from 'node:fs/promises';
import { packageFile } from '../../base/package-files.ts';
import type { Command } from '../command.ts';
import type { Shell } from './shells.ts';
import { bashScript } from './bash-script.ts';
import { fishScript } from './fish-script.ts';
import { wordsOf, type Words } from './words.ts';
import { zshScript } from './zsh-script.ts';

const SCRIPTS: Record<Shell, (words: Words) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** A script that teaches a shell the options of reslim, their values and the shipped profiles. */
export const completionScript = async (shell: Shell, root: Command): Promise<string> =>
  SCRIPTS[shell](wordsOf(root, await shippedProfiles()));

/** A profile's file is named like the profile; reading them all would slow every new shell. */
const shippedProfiles = async (): Promise<string[]> => {
  const files = await readdir(packageFile('profiles/'));
  return files
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
    .sort();
};
