// The short one.
import { fact } from '../fixtures/page.ts';
import { citizen } from '../fixtures/people.ts';
import { begin, tesseraElettorale as service, walk } from '../fixtures/services.ts';
import { day } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

test('a lost card, collected by somebody else', async ({ page, js, look, expectStatus }) => {
  expectStatus(422);
  const friend = citizen();
  const wizard = await begin(page, service, js);
  await walk(wizard, service, 'ritiro');

  await wizard.fill({ consegna: 'delegato', ritiro_nome: `${friend.name} ${friend.familyName}` });
  const last = friend.fiscalNumber.at(-1) === 'A' ? 'B' : 'A';
  await wizard.fill({ ritiro_codice_fiscale: friend.fiscalNumber.slice(0, 15) + last });
  await wizard.refused("l'ultima lettera, quella di controllo");
  await wizard.fill({ ritiro_codice_fiscale: friend.fiscalNumber.slice(0, 15) });
  await wizard.refused('16 caratteri, qui sono 15');
  await wizard.fill({ ritiro_codice_fiscale: `${friend.fiscalNumber.slice(0, 11)}Z999${friend.fiscalNumber.slice(15)}` });
  await wizard.refused(/controllo|luogo di nascita/);
  await look(page);
  await wizard.fill({ ritiro_codice_fiscale: friend.fiscalNumber.toLowerCase() });
  await wizard.next('dichiarazioni');

  await walk(wizard, service);
  await expect(fact(page, 'Codice fiscale della persona delegata')).toHaveText(friend.fiscalNumber);
  await look(page);
  await wizard.send();
  await expect(fact(page, 'Risposta entro il')).toHaveText(/^\d\d\/\d\d\/\d{4}$/);
});

test('a theft: the report is asked for, its date cannot be tomorrow', async ({ page, js, look, expectStatus }) => {
  expectStatus(422);
  const wizard = await begin(page, service, js);
  await walk(wizard, service, 'motivo');
  await wizard.fill({ motivo: 'furto', denuncia_autorita: 'Carabinieri di Bitonto', denuncia_data: day(1) });
  await wizard.refused('Data della denuncia');
  await look(page);
  await wizard.fill({ denuncia_data: '31/02/2026' });
  await wizard.refused('Questa data non esiste');
  await wizard.fill({ denuncia_data: day(-1) });
  await wizard.next('ritiro');
  await wizard.fill({ consegna: 'ufficio' });
  await wizard.next('allegati');
  await wizard.refused('Denuncia di furto');
});
