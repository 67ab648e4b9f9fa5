# Where SNS delivers the verdicts. Its requests are authentic by their signature alone.
class ScanNotificationsController < ActionController::API
  def create
    message = SnsMessage.authentic(request.raw_post)
    case message.type
    when "SubscriptionConfirmation"
      message.confirm_subscription
    when "Notification"
      verdict = ScanVerdict.in(message)
      Scan.record(verdict) if verdict
    end
    head :no_content
  rescue SnsMessage::Forged => error
    logger.warn("a message was refused: #{error.message}")
    # SNS does not repeat what was refused with 4xx. Any other error is a 500, which it repeats.
    head :forbidden
  end
end
