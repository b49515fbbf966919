# Words of the clients' pages, in Spanish. Short, kind and exact; reading level of grade 6.
# Titles are neutral: a tab or a history entry tells nobody what this is about.

leave = Salir de aquí
leave-hint = Para salir, también puede pulsar tres veces la tecla Mayús.
leave-aria = Salir de aquí ahora mismo
skip = Ir a la página
phone-line = La consulta: { $phone }, { $hours }.
phone-only = La consulta: { $phone }.
emergency = Esta página es solo para entrar, y nadie la mira todo el tiempo. En una emergencia llame al 911. En una crisis llame o escriba al 988.
history-note = Su navegador puede guardar esta página en el historial.

title-sign-in = Entrar
title-look = Mire su correo
title-continue = Ya casi
title-dead-link = Entrar
title-who = Un paso más
title-help = Escríbanos
title-waiting = Espere, por favor
title-pin = Entrar
title-me = Ya entró
title-error = Algo salió mal

sign-in-heading = Entrar
sign-in-lead = Escriba su correo. Le enviamos un enlace para entrar. No hace falta una clave.
email-label = Su correo electrónico
sign-in-button = Quiero un enlace
cannot-button = No puedo entrar
have-pin = ¿Está al teléfono con alguien de la consulta?
have-pin-link = Escribir un PIN
email-wrong = Esto no parece un correo. Mire si hay un error. Lleva una @ en el medio, como nombre@example.org.

look-heading = Mire su correo
look-lead = Si la consulta tiene este correo, un enlace va en camino. Puede tardar uno o dos minutos.
look-step-newest = Abra el mensaje más nuevo. En el asunto está la hora en que lo pidió ({ $time }).
look-step-once = El enlace sirve 24 horas, y una sola vez.
look-step-here = Ábralo en este equipo si puede. Así entra sin pulsar nada más.
look-junk = ¿No llega nada? Mire también en el correo no deseado o spam.
look-again = Usar otro correo

continue-heading = Pulse una vez y ya está
continue-lead = Abrió su enlace para entrar.
continue-by-itself = Está entrando. Tarda un momento.
continue-button = Entrar
keep-label = No cerrar mi sesión en este equipo
keep-hint = Por 30 días. No lo marque si otros usan este equipo.

dead-heading = Este enlace ya no sirve
dead-any = Un enlace sirve una vez, por 24 horas, y solo vale el más nuevo. A veces el correo lo daña. Pida otro enlace. Es cosa de un minuto.
dead-used = Este enlace ya se usó ({ $time }). Un enlace sirve una sola vez.
dead-replaced = Hay un enlace más nuevo ({ $time }). Solo vale el más nuevo. Busque ese mensaje o pida otro enlace.
dead-too-old = Este enlace es viejo ({ $time }). Un enlace sirve 24 horas.
dead-voided = La consulta cerró este enlace. Pida otro, o pida ayuda.
dead-button = Quiero otro enlace

cookies-heading = Su navegador no guarda cookies
cookies-link-lead = Abrió un enlace para entrar. Para eso esta página deja una nota pequeña en su navegador, una cookie. Su navegador no la guardó.
cookies-sent-lead = ¿Nos acaba de escribir? Entonces ya tenemos su mensaje, y alguien le va a llamar. Pero en este navegador no sirve ningún PIN, porque no guarda cookies.
cookies-step-allow = Permita las cookies de esta página en su navegador. Luego abra otra vez su enlace.
cookies-step-other = O abra su enlace en otro navegador, o en otro teléfono o equipo.
cookies-what = La cookie solo dice a esta página que usted es la misma visita. Ninguna otra página puede leerla.

who-heading = ¿Quién es usted?
who-lead = Ya mostró que este correo es suyo. Puede que otra persona lo use también. Escriba su nombre, por favor. Luego la consulta le llama para darle un PIN.
who-label = Su nombre y apellido
who-button = Seguir
who-missing = Escriba su nombre, por favor, con 200 letras como mucho.

help-heading = ¿Qué pasó?
help-lead = Su mensaje va a la consulta. Alguien lo lee y le llama al número que tenemos de usted.
help-who-label = Su correo o su nombre
help-what-label = ¿Qué salió mal?
help-what-hint = Por favor, escriba solo sobre cómo entrar, no sobre su salud.
help-button = Enviar a la consulta
help-who-missing = Díganos quién es: escriba su correo o su nombre, con 200 letras como mucho.
help-what-long = Su mensaje es muy largo. Use 1,000 letras como mucho, por favor.

waiting-heading = Tenemos su mensaje. Alguien le va a llamar.
waiting-sent = Enviado ({ $time }). Nadie lo ha visto todavía.
waiting-seen = Visto por la consulta: { $time }
waiting-in-session = Estamos en una sesión. Volvemos más o menos a esta hora: { $time }. Entonces vemos su mensaje.
waiting-unseen-long = Nadie ha visto todavía el mensaje que envió ({ $time }). También puede llamar a la consulta: { $phone }, { $hours }.
waiting-words-heading = Cuando llamemos, diremos la primera palabra. Usted dice la segunda.
waiting-words-why = Así sabe que somos nosotros, y sabemos que es este equipo.
waiting-pin-label = PIN que le da la consulta
waiting-pin-hint = Seis números. Alguien de la consulta se los lee.
waiting-pin-never = Nunca le llamamos para pedirle este PIN.
waiting-pin-button = Entrar
waiting-check = Mirar otra vez
waiting-stay = Deje abierta esta página. Aquí verá qué pasa.
waiting-nothing = No tiene ningún mensaje abierto. Si no puede entrar, avise a la consulta.
waiting-solved = La consulta cerró su mensaje. Si aún no puede entrar, escriba otra vez.
waiting-solved-in = Ya entró. Puede cerrar esta página.
waiting-write-again = Escribir a la consulta
waiting-news = De la consulta
reply-call-ten = “Le llamo en menos de 10 minutos.”
reply-after-session = “Le llamo después de mi sesión ({ $time }).”
reply-new-link = “Le envié otro enlace. Mire su correo y pruebe, por favor.”
reply-other = “Hay noticias. Llame a la consulta, por favor.”

pin-heading = ¿Está al teléfono con la consulta?
pin-lead = Escriba su correo. Verá dos palabras para decir, y un lugar para el PIN.
pin-button = Seguir
pin-words-heading = Oiga la primera palabra. Diga la segunda.
pin-words-lead = Alguien de la consulta le dice la primera palabra. Usted contesta con la segunda.
pin-when = Un PIN son seis números que alguien de la consulta le lee. Sirve 10 minutos, una vez.
pin-wrong = Este PIN no sirvió. Mire los seis números con la consulta. Un PIN sirve 10 minutos, solo en este navegador, y puede probar cinco veces al día.
pin-not-six = Un PIN tiene seis números. Escriba los seis, por favor. Puede usar espacios y guiones.

me-heading = Ya entró
me-hello = Hola, { $name }.
me-go = Ir al portal
me-kept = { $count ->
    [0] Ningún equipo guarda su sesión.
    [one] Un equipo guarda su sesión.
   *[other] { $count } equipos guardan su sesión.
  }
me-kept-here = Este equipo guarda su sesión hasta el { $date }.
me-not-kept = Su sesión sigue hasta que cierre el navegador.
me-messages = { $count ->
    [0] Leer sus mensajes
    [one] Leer un mensaje nuevo
   *[other] Leer { $count } mensajes nuevos
  }
me-sign-out = Salir
me-everywhere = Salir en todas partes
me-everywhere-hint = Cierra la sesión en todos los equipos, también en este.
me-tip = Consejo: guarde la página para entrar como favorita, y borre los mensajes viejos.
me-address-heading = Un correo nuevo
me-address-lead = { $practice } tiene un correo nuevo para usted. Escríbalo aquí. Así los enlaces van allí.
me-address-label = Su correo nuevo
me-address-button = Usar este correo
me-address-not-you = ¿No lo pidió usted? Llame al { $phone }, por favor.
me-address-wrong = No es el correo que tenemos. Mire cada letra, o llámenos.
me-address-used = Los enlaces van ahora a su correo nuevo.
me-signed-out = Ya salió.

messages-heading = Mensajes
messages-none = No hay mensajes para usted.
messages-from-practice = De la consulta, { $time }
messages-from-you = De usted, { $time }
messages-label = Su respuesta
messages-hint = Nadie mira esta página todo el tiempo. Si no puede esperar, llame a la consulta.
messages-button = Enviar
messages-sent = Su respuesta se envió.
messages-empty = Escriba algo primero, por favor.
messages-long = Su respuesta es muy larga. Use 1,000 letras o menos, por favor.
messages-over = Ahora no se puede enviar nada aquí. Llame a la consulta, por favor.
messages-again = Mirar si hay mensajes nuevos
messages-back = Volver a mi página

error-400 = No pudimos leer eso
error-400-why = Su navegador envió algo que esta página no acepta. No cambió nada. Vuelva atrás y pruebe otra vez.
error-403 = Esto no vino de nuestra página
error-403-why = Su navegador lo envió desde otra página, y por eso no lo hicimos. No cambió nada. Abra la página para entrar y pruebe allí.
error-404 = Esta página no existe
error-404-why = Puede haber un error en la dirección, o la página ya no está. Empiece otra vez en la página para entrar.
error-405 = Esta página no se usa así
error-405-why = No cambió nada. Empiece otra vez en la página para entrar.
error-413 = Eso fue mucho
error-413-why = El texto era muy largo. No se envió nada. Escriba menos, por favor.
error-415 = No pudimos leer eso
error-415-why = Lo que envió su navegador no era un formulario. No cambió nada.
error-429 = Espere un poco, por favor
error-429-why = Hubo muchas pruebas en poco tiempo. No hay nada malo con usted ni con su cuenta. Pruebe otra vez en { $minutes ->
    [one] un minuto
   *[other] { $minutes } minutos
  }, o escriba a la consulta.
error-500 = Algo salió mal de nuestro lado
error-500-why = No es culpa suya, y no cambió nada. Pruebe otra vez en un minuto. Si sigue igual, llame a la consulta.
error-503 = Esta página no está lista
error-503-why = La consulta la está preparando. Pruebe más tarde, por favor.
error-start = Ir a la página para entrar
error-help = No puedo entrar
