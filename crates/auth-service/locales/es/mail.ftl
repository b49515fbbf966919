# Words of our mails, in Spanish. Discreet: no clinical word, the practice's short name only.

mail-link-subject = Su enlace ({ $time })
mail-link-hello = Hola:
mail-link-lead = usted pidió un enlace ({ $time }). Ábralo para entrar:
mail-link-button = Entrar
mail-link-rules = Sirve una vez, por 24 horas. Si pide otro, solo vale el más nuevo.
mail-link-not-you = ¿No lo pidió usted? Entonces no haga nada. Nadie entra sin abrir el enlace.
mail-link-tip = Puede borrar este mensaje cuando haya entrado.
mail-staff-lead = alguien de { $practice } le envió otro enlace ({ $time }). Ábralo para entrar:

mail-message-subject = Novedades ({ $time })
mail-message-lead = hay un mensaje para usted. Entre para leerlo:
mail-message-once = Puede haber más de uno. En este correo no está lo que dice.

mail-pin-subject = Entrada ({ $time })
mail-pin-lead = alguien entró ({ $time }) con un PIN que { $practice } dio por teléfono o en persona.
mail-pin-not-you = ¿Fue usted? Entonces todo está bien. Si no fue usted, llame al { $phone }, por favor.

mail-address-subject = Ahora se usa otro correo ({ $time })
mail-address-lead = alguien de { $practice } anotó otro correo ({ $time }). Los enlaces van ahora a ese, y no a este.
mail-address-not-you = ¿Lo pidió usted? Entonces todo está bien. Si no, llame al { $phone }, por favor.

# To staff, so it may say what it is about.
mail-needs-help-subject = Alguien necesita ayuda para entrar
mail-needs-help-lead = Alguien necesita ayuda para entrar, y ningún equipo con Latchkey se lo pudo decir. Abra Latchkey para ver quién es.
mail-needs-help-once = Este correo no nombra a nadie. Puede que espere más de una persona.
mail-desktop-subject = Se conectó un equipo a Latchkey ({ $time })
mail-desktop-lead = { $owner } conectó un equipo a Latchkey ({ $time }). Se llama “{ $desktop }”. Puede ver los pedidos de ayuda y dar un PIN en nombre de { $owner }.
mail-desktop-not-you = ¿Es correcto? Entonces no haga nada. Si no lo es, avise ahora mismo a quien administra Latchkey: puede cerrar el paso a este equipo.
