import { expect, test } from 'vitest';
import { Failure, failures, sentence } from './failure.ts';
import { because, reasons } from './reason.ts';

test('every failure and every reason is said in Chinese, with the same facts as in English', () => {
  const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted();
  for (const [code, text] of [
    ...Object.entries(reasons),
    ...Object.entries(failures).map(([code, { title }]) => [code, title] as const),
  ]) {
    expect({ code, holes: holes(text['zh-CN']) }).toEqual({ code, holes: holes(text.en) });
    const isMerelyFacts = text.en.replace(/\{\w+\}|\W/g, '') === '';
    if (!isMerelyFacts) expect(text['zh-CN'], code).toMatch(/\p{Script=Han}/u);
    expect(text.en, code).not.toMatch(/\p{Script=Han}/u);
  }
});

test('a reason of ours is read in one’s language, also after it was kept as data; a cloud’s own words are quoted', () => {
  const ours = new Failure('conflict', { what: 'shop', reason: because('at-work') });
  expect(ours.message).toBe('shop: something is being done with it; wait for that, or cancel it');
  expect(ours.facts['reason'], 'who reads the journal sees English').toBe(
    'something is being done with it; wait for that, or cancel it',
  );
  const kept = Failure.from(JSON.parse(JSON.stringify(ours)));
  expect(sentence(kept, 'zh-CN')).toBe('shop：正在执行其他操作；请等待其结束或取消它');
  const theirs = new Failure('provider-invalid', { provider: 'OpenStack', detail: 'Invalid input for field size' });
  expect(sentence(theirs, 'zh-CN')).toBe('OpenStack 认为请求无效：“Invalid input for field size”');
  expect(sentence(theirs)).toBe('OpenStack rejects the request: Invalid input for field size');
  expect(sentence(new Failure('not-found', { kind: 'security-group', id: 'sg-1' }), 'zh-CN')).toBe(
    '没有这样的安全组：sg-1',
  );
});
