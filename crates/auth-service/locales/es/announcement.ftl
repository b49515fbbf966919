# What tells clients how to sign in, in Spanish. Discreet: no clinical word. What stands in
# quotes is called so on the pages; the letter alone names the practice in full.

announcement-subject = Una forma nueva de entrar
announcement-hello = Hola:
announcement-what = Hay una forma nueva de entrar. Ya no hace falta una clave.
announcement-page = Esta es la página: { $address }
announcement-how = Escriba allí su correo. Pulse “{ $button }”. Luego mire su correo y abra el enlace. Eso es todo.
announcement-once = Cada enlace sirve una vez, por 24 horas. Si pide otro, solo vale el más nuevo.
announcement-tips = Dos consejos. Guarde la página como favorita, así la halla otra vez. Y borre los mensajes viejos con enlaces.
announcement-pin = Si no llega nada, le leemos un PIN por teléfono. Tiene seis números. Nunca va por correo. Y nunca le llamamos para pedirle ese PIN.
announcement-help = ¿No puede entrar? Pulse “{ $cannot }” en la página, o llame al { $phone }.
announcement-rest = Lo demás sigue igual.
announcement-sender = { $practice }

letter-hello = Hola:
letter-what = Hay una forma nueva de entrar por la web. Ya no hace falta una clave.
letter-page = Escriba esto en su navegador, por favor: { $address }
letter-how = Luego escriba su correo. Pulse “{ $button }”. Mire su correo y abra el enlace. Eso es todo.
letter-once = Cada enlace sirve una vez, por 24 horas. Si pide otro, solo vale el más nuevo.
letter-tips = Dos consejos. Guarde la página como favorita, así la halla otra vez. Y borre los mensajes viejos con enlaces.
letter-pin = Si no llega nada, le leemos un PIN por teléfono. Tiene seis números. Nunca va por correo. Y nunca le llamamos para pedirle ese PIN.
letter-help = ¿No puede entrar? Pulse “{ $cannot }” en la página, o llame al { $phone }.
letter-rest = Lo demás sigue igual.
letter-bye = Atentamente
letter-sender = { $name }

script-hello = Hola, soy … de { $practice }. ¿Tiene dos minutos? Es sobre cómo entrar por la web.
script-what = Ya no hace falta una clave. Le mandamos un enlace por correo, y con él entra.
script-page = Abra esta página, por favor: { $address }
script-type = Escriba allí su correo. Pulse “{ $button }”.
script-mail = Ahora mire su correo. Abra el mensaje más nuevo. Si no está, mire en el correo no deseado o spam. Pulse el enlace.
script-in = ¿Ya está dentro? Muy bien.
script-tips = Guarde la página como favorita, así la halla otra vez. Ya puede borrar el mensaje. Los enlaces viejos no sirven.
script-stuck = Si un día no puede entrar, pulse “{ $cannot }” en esa página. Luego le llamamos y le leemos un PIN. Nunca le llamamos para pedirle uno.
script-bye = También puede llamar al { $phone }. Gracias por su tiempo.

guide-title = Cómo entrar
guide-lead = así se entra, paso a paso.
guide-button = Abrir la página
guide-open = Abra esta página: { $address }
guide-type = Escriba su correo. Pulse “{ $button }”.
guide-mail = Mire su correo. Abra el mensaje más nuevo: en el asunto está la hora en que lo pidió. ¿No está? Mire también en el correo no deseado o spam.
guide-link = Abra el enlace, en el mismo teléfono o equipo si puede. Y ya está dentro.
guide-once = Cada enlace sirve una vez, por 24 horas. Si pide otro, solo vale el más nuevo.
guide-pin = Un PIN son seis números. Alguien de { $practice } se los lee. Sirve 10 minutos, y solo en el navegador que lo espera. Nunca va por correo. Y nunca le llamamos para pedirle ese PIN.
guide-tips = Dos consejos. Guarde la página como favorita, así la halla otra vez. Y borre los mensajes viejos con enlaces.
guide-help = ¿No puede entrar? Pulse “{ $cannot }” en la página, o llame al { $phone }.
