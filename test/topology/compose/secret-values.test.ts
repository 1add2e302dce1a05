// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose files are written so
import { expect, it } from 'vitest';
import { createSecrets } from '../../../src/model/secrets.ts';
import { secretVariables, withVariables } from '../../../src/topology/compose/secret-values.ts';

it('a project names variables where it held secrets, and Compose makes the same of it', () => {
  const secrets = createSecrets();
  const values = ['pa$$w0rd', 'pa$$w0rd-of-db', '12'];
  secrets.learn(values.map((value) => ({ value, label: '', isSought: true, isWritten: false })));
  const project = {
    services: {
      db: {
        environment: { A: 'pa$$$$w0rd', B: 'postgres://u:pa$$$$w0rd-of-db@db', C: '12', D: '8012', E: null },
        scale: 12,
      },
    },
  };
  expect(withVariables(project, secrets)).toEqual({
    services: {
      db: {
        environment: {
          A: '${RAMPART_SECRET_1}',
          B: 'postgres://u:${RAMPART_SECRET_2}@db',
          C: '${RAMPART_SECRET_3}',
          D: '8012',
          E: null,
        },
        scale: 12,
      },
    },
  });
  expect(secretVariables(secrets)).toEqual({
    RAMPART_SECRET_1: 'pa$$w0rd',
    RAMPART_SECRET_2: 'pa$$w0rd-of-db',
    RAMPART_SECRET_3: '12',
  });
});

it('a project without secrets stays as it is', () => {
  const project = { services: {} };
  expect(withVariables(project, createSecrets())).toBe(project);
});
