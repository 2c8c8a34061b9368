package dev.slipway.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/// Signals of this process handed to somebody else.
///
/// Java offers this in `sun.misc.Signal` alone, which it keeps for this purpose (JEP 260); it is
/// reached by reflection, as the compiler will not have it named. Where it is missing, signals do
/// what they always do.
final class SignalForwarding implements AutoCloseable {
    private static final Map<String, Integer> NUMBERS = new LinkedHashMap<>();

    static {
        NUMBERS.put("HUP", 1);
        NUMBERS.put("INT", 2);
        NUMBERS.put("USR1", 10);
        NUMBERS.put("TERM", 15);
    }

    private final Map<Object, Object> before = new LinkedHashMap<>();

    private SignalForwarding() {}

    static SignalForwarding to(IntConsumer receiver) {
        SignalForwarding forwarding = new SignalForwarding();
        try {
            forwarding.install(receiver);
        } catch (ReflectiveOperationException _) {
            forwarding.close();
        }
        return forwarding;
    }

    private static Method handle() throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
    }

    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
    private void install(IntConsumer receiver) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        for (Map.Entry<String, Integer> each : NUMBERS.entrySet()) {
            int number = each.getValue();
            Object forward =
                    Proxy.newProxyInstance(
                            SignalForwarding.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, args) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            receiver.accept(number);
                                            yield null;
                                        }
                                        case "equals" -> args != null && proxy == args[0];
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        default -> "forwarding of " + each.getKey();
                                    });
            Object name = signal.getConstructor(String.class).newInstance(each.getKey());
            try {
                before.put(name, handle().invoke(null, name, forward));
            } catch (InvocationTargetException _) {
                // Java keeps this one for itself, as -Xrs asks it to.
            }
        }
    }

    /// Puts back what the signals did before.
    @Override
    public void close() {
        for (Map.Entry<Object, Object> each : before.entrySet()) {
            try {
                handle().invoke(null, each.getKey(), each.getValue());
            } catch (ReflectiveOperationException _) {
                // The process ends soon, with or without it.
            }
        }
        before.clear();
    }
}
