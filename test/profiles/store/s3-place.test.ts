import { expect, it } from 'vitest';
import { isS3, readS3Place } from '../../../src/profiles/store/s3-place.ts';

it('takes endpoint and region from the URL, then from the variables of AWS', () => {
  const env = { AWS_ENDPOINT_URL: 'http://all:1', AWS_DEFAULT_REGION: 'default' };
  const more = { ...env, AWS_ENDPOINT_URL_S3: 'http://s3:1', AWS_REGION: 'region' };
  expect(readS3Place('s3://profiles', {})).toEqual({
    ...{ bucket: 'profiles', prefix: '', endpoint: undefined, region: 'us-east-1', credentials: undefined },
    place: 's3://profiles/',
  });
  expect(readS3Place('s3://profiles/a/b/', env)).toMatchObject({
    prefix: 'a/b/',
    endpoint: 'http://all:1',
    region: 'default',
  });
  expect(readS3Place('s3://profiles/', more)).toMatchObject({ prefix: '', endpoint: 'http://s3:1', region: 'region' });
  expect(readS3Place('s3://profiles?endpoint=https%3A%2F%2Fminio:9000&region=eu', more)).toMatchObject({
    ...{ endpoint: 'https://minio:9000', region: 'eu' },
    place: 's3://profiles/ at https://minio:9000',
  });
});

it('takes keys from the variables when both are there, and tells no place with them', () => {
  const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hidden', AWS_SESSION_TOKEN: 'session' };
  const { credentials, place } = readS3Place('s3://profiles', env);
  expect(credentials).toEqual({ accessKeyId: 'id', secretAccessKey: 'hidden', sessionToken: 'session' });
  expect(place).not.toContain('hidden');
  expect(readS3Place('s3://profiles', { AWS_ACCESS_KEY_ID: 'id' }).credentials).toBeUndefined();
});

it('knows a bucket from a directory', () => {
  expect([isS3('s3://a'), isS3('S3://a'), isS3('s3'), isS3('./s3:/a'), isS3('store')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it.each([
  ['s3://', 'the bucket must be'],
  ['s3:/bucket', 'the bucket must be'],
  ['s3://UPPER', 'the bucket must be'],
  ['s3://key:secret@bucket', '"…@bucket"'],
  ['s3://bucket?endpiont=http://x', 'got endpiont'],
  ['s3://bucket?endpoint=minio:9000', 'the endpoint must be a URL'],
  ['s3://bucket?endpoint=http://user:pass@minio', 'the endpoint must be a URL'],
])('refuses %s', (named, said) => {
  expect(() => readS3Place(named, {})).toThrow(said);
  expect(() => readS3Place(named, {})).toThrow('(example: s3://');
});

it('tells all mistakes at once', () => {
  expect(() => readS3Place('s3://B?x=1&y=2&endpoint=z', {})).toThrow(/bucket.*; .*got x; .*got y; .*endpoint/);
});
