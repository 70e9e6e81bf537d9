import { loadFile, loadModule, readData } from './load-code.ts';
import { loadCode, loadSource } from './load-source.ts';
import { lookIntoFile, mentionFile } from './look-into-text.ts';
import { readSettings, runAll } from './read-settings.ts';
import { runCommand } from './run-command.ts';
import { runPackageScripts } from './run-package-script.ts';
import { runScriptNamed, runShellText } from './run-shell.ts';
import { startFromLines } from './start-from-lines.ts';
import { startFile } from './start-file.ts';
import type { Task, Trace } from './state.ts';

/** Does one thing, which may add others to be done. */
export const takeStep = async (trace: Trace, { step, place, where }: Task): Promise<void> => {
  switch (step.does) {
    case 'run':
      runCommand(trace, step.words, where, place);
      return;
    case 'shell':
      await runShellText(trace, step, where, place);
      return;
    case 'script':
      await runScriptNamed(trace, step, where, place);
      return;
    case 'code':
      loadCode(trace, step, where, place);
      return;
    case 'start':
      await startFile(trace, step, where, place);
      return;
    case 'look':
      await lookIntoFile(trace, step.node);
      return;
    case 'mention':
      await mentionFile(trace, step.node);
      return;
    case 'source':
      await loadSource(trace, step.node, where);
      return;
    case 'load':
      loadFile(trace, step.path, where, place);
      return;
    case 'module':
      loadModule(trace, step, where, place);
      return;
    case 'read':
      readData(trace, step.path, where, place);
      return;
    case 'settings':
      await readSettings(trace, step, where, place);
      return;
    case 'lines':
      await startFromLines(trace, step, where);
      return;
    case 'run-all':
      runAll(trace, step.paths, step.args ?? [], where, place);
      return;
    case 'package-script':
      await runPackageScripts(trace, step, where, place);
  }
};
