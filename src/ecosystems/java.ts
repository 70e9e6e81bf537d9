import type { Ecosystem } from './ecosystem.ts';
import { recordsByName } from './time-records.ts';

const JAR_NAMES = /[\w.+@-]+\.(?:jar|war|zip)\b/g;

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
  tools: [
    {
      name: 'maven',
      programs: { mvn: undefined, mvnw: undefined, mvnd: undefined },
      calls: ['javac', 'git'],
      offline: [/^MAVEN_(ARGS|OPTS)=(.*\s)?(-o|--offline)(\s|$)/],
    },
    {
      name: 'gradle',
      programs: { gradle: undefined, gradlew: undefined },
      calls: ['javac', 'git'],
      offline: [/^GRADLE_OPTS=.*offline/],
    },
    {
      name: 'sbt',
      programs: {
        sbt: undefined,
        scala: undefined,
        'scala-cli': undefined,
        amm: undefined,
        mill: undefined,
      },
      calls: ['javac', 'git'],
    },
    {
      // Fetches what a program asks for while it runs.
      name: 'ivy',
      programs: {
        cs: undefined,
        coursier: undefined,
        'spark-submit': undefined,
        'spark-shell': undefined,
        'spark-sql': undefined,
        pyspark: undefined,
      },
      signs: [/spark\.jars\.(packages|ivy)\b|@Grab\b/],
    },
  ],
  timeRecords: [
    // Archives of classes of HotSpot, and caches of OpenJ9.
    { names: /\.(jsa|aot)$/, read: recordsByName(JAR_NAMES) },
    { names: /^C\d+.*_G\d+L\d+$/, read: recordsByName(JAR_NAMES) },
  ],
  cacheVariables: ['GRADLE_USER_HOME', 'COURSIER_CACHE'],
  modulePathVariables: ['CLASSPATH'],
  searchPathVariables: ['CLASSPATH', 'JAVA_HOME'],
  optionVariables: { JAVA_TOOL_OPTIONS: 'java', JDK_JAVA_OPTIONS: 'java', JAVA_OPTS: 'java' },
};
