import { testTraps } from './support/test-traps.ts';

testTraps('musl');
