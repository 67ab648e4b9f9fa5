require "net/http"

# A message that SNS has sent to this application by https.
class SnsMessage
  class Forged < StandardError; end

  # @raise Forged when SNS has not signed it, or when it is of another topic
  def self.authentic(body, topic_arn: Rails.configuration.x.scan_topic_arn, signature: SnsSignature.instance)
    message = JSON.parse(body)
    raise Forged, "not a message" unless message.is_a?(Hash)
    # Everybody can have SNS sign the messages of a topic of their own.
    raise Forged, "of the topic #{message["TopicArn"]}" unless topic_arn.present? && message["TopicArn"] == topic_arn
    signature.authenticate!(body)
    new(message)
  rescue JSON::ParserError, SnsSignature::VerificationError => error
    raise Forged, error.message
  end

  def initialize(message)
    @message = message
  end

  def type
    @message["Type"]
  end

  def [](name)
    @message[name]
  end

  # SubscribeURL is part of what is signed.
  def confirm_subscription
    answer = Net::HTTP.get_response(URI(@message["SubscribeURL"]))
    raise "the subscription was not confirmed: #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)
  end
end
