import { expect, test } from 'vitest';
import { upload, withoutTop } from './chosen-files.ts';

test('one folder around all files is left out, and so is what a desktop put in', () => {
  const files = ['shop/service.yaml', 'shop/scripts/start.sh', 'shop/.DS_Store'].map((path) => ({ path }));
  expect(withoutTop(files).map((file) => file.path)).toEqual(['service.yaml', 'scripts/start.sh']);
  expect(withoutTop([{ path: 'service.yaml' }, { path: 'scripts/a.sh' }])).toHaveLength(2);
});

test('text is sent as text, anything else as base64, and one archive as an archive', async () => {
  const yaml = { path: 'service.yaml', file: new File(['名: 值\n'], 'service.yaml') };
  const picture = { path: 'icon.png', file: new File([new Uint8Array([0x89, 0x50, 0xff, 0x00])], 'icon.png') };
  expect(await upload([yaml, picture])).toEqual({
    files: [
      { path: 'service.yaml', content: '名: 值\n', encoding: 'utf8' },
      { path: 'icon.png', content: 'iVD/AA==', encoding: 'base64' },
    ],
  });
  expect(await upload([{ path: 'shop.csar', file: new File(['PK'], 'shop.csar') }])).toEqual({ archive: 'UEs=' });
});
