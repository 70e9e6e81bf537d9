import type { Ecosystem } from './ecosystem.ts';

export const java: Ecosystem = {
  name: 'java',
  packageSigns: [
    {
      type: 'jar',
      path: /\/([^/]+?)(?:-(\d[^/]*))?\.(?:jar|war|ear|par)$/,
      nameEnds: ['.jar', '.war', '.ear', '.par'],
    },
  ],
  sources: [{ kind: 'code', extensions: ['groovy', 'kt', 'kts'] }],
  runFunctions: ['exec'],
  libraryOpeners: [/[lL]oad_?[lL]ibrary/],
  ignoredCallers: [/\/\.(m2|gradle)\//],
  searchPathVariables: ['CLASSPATH', 'JAVA_HOME'],
};
