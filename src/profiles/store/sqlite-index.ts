/**
 * An index in SQLite, in memory and of one process: no other process can stop it, damage it or wait for it. Between processes it travels as a
 * whole, in a file that is replaced at once (`kept-index.ts`).
 */
import sqlite3InitModule, { type BindableValue, type Database, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import type { ProfileQuery, StoredProfile } from '../../model/profile-store.ts';
import { dayWindow, entryText, trustedEntry } from './entry.ts';
import type { ProfileIndex } from './profile-index.ts';

/** Rises with each change of the tables: an index of another version is made anew. */
const schemaVersion = 1;

/** Columns are computed from the entry, so that nothing is said twice; services and labels are JSON, because SQLite's texts end at a NUL. */
const schema = `
create table profiles (
  key integer primary key,
  entry text not null,
  id text generated always as (entry ->> 'id') virtual,
  service text generated always as (entry -> 'service') virtual,
  type text generated always as (entry ->> 'type') virtual,
  created integer generated always as (cast(entry ->> 'createdNs' as integer)) virtual,
  sha256 text generated always as (entry ->> 'sha256') virtual
);
create unique index by_id on profiles(id);
create index by_service on profiles(service, type, created, id);
create index by_time on profiles(created, id);
create index by_content on profiles(sha256);
create table labels (label text not null, profile integer not null, primary key (label, profile)) without rowid;
create index by_profile on labels(profile);
create table folders (name text primary key, stamp text) without rowid;
pragma user_version = ${schemaVersion};`;

/** An index that can be written down. */
export interface SqliteIndex extends ProfileIndex {
  /** How many profiles it knows. */
  count(): number;
  /** The whole database as SQLite writes it. */
  bytes(): Uint8Array;
  close(): void;
}

/** One instance of the WebAssembly for all indexes of a process: each takes 20 ms and some memory. */
let loading: Promise<Sqlite3Static> | undefined;

/** An index of what a database of an earlier process holds; an empty one without it, or when it is of another version. */
export async function createSqliteIndex(database?: Uint8Array): Promise<SqliteIndex> {
  loading ??= sqlite3InitModule();
  const sqlite = await loading;
  const db = (database && load(sqlite, database)) ?? create(sqlite);
  const read = (sql: string, bind?: BindableValue[]) => db.selectValues(sql, bind) as string[];
  const change = (sql: string, bind: BindableValue[]) => db.exec({ sql, bind });
  return {
    folders: () =>
      new Map(
        (db.selectArrays('select name, stamp from folders') as [string, string | null][]).map(([name, stamp]) => [
          name,
          stamp ?? undefined,
        ]),
      ),
    ids: (folder) => new Set(read('select id from profiles where created between ? and ?', daysOf(folder))),
    learn: ({ folder, stamp, added, gone }) =>
      db.transaction(() => {
        for (const id of gone) forgetOne(db, id);
        addAll(db, added);
        change('insert or replace into folders values (?, ?)', [folder, stamp ?? null]);
      }),
    forget: (folder) =>
      db.transaction(() => {
        const within = 'from profiles where created between ? and ?';
        change(`delete from labels where profile in (select key ${within})`, daysOf(folder));
        change(`delete ${within}`, daysOf(folder));
        change('delete from folders where name = ?', [folder]);
      }),
    find: (query) => {
      const { sql, bind } = selection(query);
      const found = read(sql, bind).map(trustedEntry);
      return query.limit === undefined ? found : found.reverse();
    },
    get: (id) => read('select entry from profiles where id = ?', [id]).map(trustedEntry)[0],
    services: () =>
      read('select distinct service from profiles')
        .map((text): string => JSON.parse(text))
        .sort(),
    contents: (sha256s) =>
      new Set(
        read('select distinct sha256 from profiles where sha256 in (select value from json_each(?))', [
          JSON.stringify(sha256s),
        ]),
      ),
    count: () => Number(db.selectValue('select count(*) from profiles')),
    bytes: () => sqlite.capi.sqlite3_js_db_export(db),
    close: () => db.close(),
  };
}

function create(sqlite: Sqlite3Static): Database {
  const db = new sqlite.oo1.DB();
  db.exec(schema);
  return db;
}

/** The database of these bytes, undefined when it is of another version. */
function load(sqlite: Sqlite3Static, bytes: Uint8Array): Database | undefined {
  const db = new sqlite.oo1.DB();
  const { capi, wasm } = sqlite;
  const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
  // It takes no Buffer.
  const copy = wasm.allocFromTypedArray(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const { pointer } = db;
  if (pointer === undefined) throw new Error('SQLite opened no database');
  db.checkRc(capi.sqlite3_deserialize(pointer, 'main', copy, bytes.length, bytes.length, flags));
  if (db.selectValue('pragma user_version') === schemaVersion) return db;
  db.close();
  return undefined;
}

function addAll(db: Database, profiles: readonly StoredProfile[]): void {
  const profile = db.prepare('insert or ignore into profiles (entry) values (?) returning key');
  const label = db.prepare('insert or ignore into labels values (?, ?)');
  try {
    for (const each of profiles) {
      const key = profile.bind([entryText(each)]).step() ? profile.get(0) : undefined;
      profile.reset();
      // Without a key it was there already.
      if (key !== undefined) for (const own of each.labels) label.bind([labelText(own), key]).stepReset();
    }
  } finally {
    profile.finalize();
    label.finalize();
  }
}

function forgetOne(db: Database, id: string): void {
  db.exec({ sql: 'delete from labels where profile = (select key from profiles where id = ?)', bind: [id] });
  db.exec({ sql: 'delete from profiles where id = ?', bind: [id] });
}

function selection({ service, type, labels = [], fromNs, toNs, limit }: ProfileQuery) {
  const order = limit === undefined ? 'asc' : 'desc';
  const conditions: [sql: string, value: BindableValue | undefined][] = [
    ['service = ?', service === undefined ? undefined : JSON.stringify(service)],
    ['type = ?', type],
    ['created >= ?', clamped(fromNs)],
    ['created <= ?', clamped(toNs)],
    ...labels.map((label): [string, string] => [
      'key in (select profile from labels where label = ?)',
      labelText(label),
    ]),
  ];
  const asked = conditions.filter((each): each is [string, BindableValue] => each[1] !== undefined);
  const where = asked.length > 0 ? `where ${asked.map(([sql]) => sql).join(' and ')}` : '';
  const sql = `select entry from profiles ${where} order by created ${order}, id ${order} limit ?`;
  return { sql, bind: [...asked.map(([, value]) => value), limit ?? -1] };
}

const highestNs = 2n ** 63n - 1n;

/** SQLite's integers are those of pprof's times; a window may be wider. */
function clamped(ns: bigint | undefined): bigint | undefined {
  if (ns === undefined || (ns >= -highestNs && ns <= highestNs)) return ns;
  return ns < 0n ? -highestNs - 1n : highestNs;
}

function daysOf(folder: string): BindableValue[] {
  const { fromNs, toNs } = dayWindow(folder) ?? { fromNs: 0n, toNs: -1n };
  return [clamped(fromNs) ?? null, clamped(toNs) ?? null];
}

function labelText({ key, value }: { readonly key: string; readonly value: string }): string {
  return JSON.stringify([key, value]);
}
