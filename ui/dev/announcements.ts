/** The texts for clients, in part, as the demo practice's service fills them. */
import type { Announcement, Language } from '../src/backend/bindings';

const page = 'https://sign-in.example.org/';

export const announcements: Record<Language, Announcement> = {
  en: {
    language: 'en',
    mail_subject: 'A new way to sign in',
    mail: `Hello,\n\nThere is a new way to sign in. You do not need a password any more.\n\nThis is the page: ${page}\n\nJuniper Lane`,
    letter: `Hello,\n\nThere is a new way to sign in on the web.\n\nPlease type this address in your browser: ${page}\n\nKind regards\n\nJuniper Lane Practice`,
    phone_script: `Hello, this is … from Juniper Lane. Do you have two minutes?\n\nPlease open this page: ${page}\n\nYou can also call us at 555 0100.`,
    guide: `How to sign in\n\n1. Open this page: ${page}\n\n2. Type your e-mail address. Press “Send me a link”.`,
  },
  es: {
    language: 'es',
    mail_subject: 'Una forma nueva de entrar',
    mail: `Hola:\n\nHay una forma nueva de entrar. Ya no hace falta una clave.\n\nEsta es la página: ${page}\n\nJuniper Lane`,
    letter: `Hola:\n\nHay una forma nueva de entrar por la web.\n\nAtentamente\n\nJuniper Lane Practice`,
    phone_script: `Hola, soy … de Juniper Lane. ¿Tiene dos minutos?\n\nAbra esta página, por favor: ${page}`,
    guide: `Cómo entrar\n\n1. Abra esta página: ${page}\n\n2. Escriba su correo. Pulse “Quiero un enlace”.`,
  },
};
